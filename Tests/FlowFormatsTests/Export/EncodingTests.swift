import Testing

@testable import FlowFormats
@testable import FlowModel

/// Writing and reading back.
struct EncodingTests {
    static let now = Timestamp(seconds: 1_700_000_000)

    /// Flows of both families, one-way and two-way, of several protocols, times in milliseconds.
    static func flows(twoWay: Bool, v6: Bool, count: Int = 200) -> [Flow] {
        (0..<count).map { number in
            let isV6 = v6 && number % 3 == 1
            let transports: [Transport] = [.tcp, .udp, .icmp, .sctp, .gre]
            let transport = transports[number % 5]
            let hasPorts = [.tcp, .udp, .sctp].contains(transport)
            var flow = Flow(
                source: IPAddress(isV6 ? "fd00::\(number)" : "10.0.0.\(number % 250)") ?? .unspecified,
                destination: IPAddress(isV6 ? "2001:db8::\(number)" : "192.0.2.\(number % 250)") ?? .unspecified,
                start: now.advanced(by: -Int64(number) * 60_007_000_000),
                duration: number % 4 == 0 ? 0 : Int64(number) * 1_001_000_000, transport: transport,
                sourcePort: hasPorts ? UInt16(40_000 + number) : 0,
                destinationPort: hasPorts ? 443 : transport == .icmp ? 0x0800 : 0,
                bytesSent: UInt64(number * 1234 + 60), packetsSent: UInt64(number + 1))
            if transport == .tcp { flow.flagsSent = 0x1a }
            if twoWay, number % 2 == 0 {
                flow.bytesReceived = UInt64(number * 40_321 + 60)
                flow.packetsReceived = UInt64(number * 3 + 1)
                if transport == .tcp { flow.flagsReceived = 0x12 }
                flow.settleState()
            }
            return flow
        }
    }

    static func encode(_ flows: [Flow], _ encoder: any DatagramEncoder) -> [[UInt8]] {
        var encoder = encoder
        var datagrams: [[UInt8]] = []
        var place = 0
        while place < flows.count {
            var datagram: [UInt8] = []
            let used = encoder.encode(flows.span.extracting(place..<flows.count), exportedAt: now, into: &datagram)
            #expect(used > 0)
            #expect(datagram.count <= DatagramSize.limit)
            place += max(1, used)
            if !datagram.isEmpty { datagrams.append(datagram) }
        }
        return datagrams
    }

    static func decode(_ datagrams: [[UInt8]], receivedAt: Timestamp? = nil) -> (flows: [Flow], ExportDecoder) {
        var decoder = ExportDecoder()
        var flows: [Flow] = []
        for datagram in datagrams {
            let result = decoder.flows(of: datagram, receivedAt: receivedAt)
            #expect(result.fault == nil)
            flows += result.flows
        }
        return (flows, decoder)
    }

    /// A flow as one record a way.
    static func ways(_ flows: [Flow]) -> [Flow] {
        flows.flatMap { flow in
            (flow.hasWayBack ? [flow.wayThere, flow.wayBack] : [flow]).map {
                var way = $0
                way.state = .unknown
                way.traits = []
                return way
            }
        }
    }

    @Test func `IPFIX reads back what it wrote`() {
        let flows = Self.flows(twoWay: true, v6: true)
        let (read, decoder) = Self.decode(Self.encode(flows, IPFIXEncoder(domain: 7)))
        #expect(read == flows)
        #expect(decoder.counts.missing == 0)
        #expect(decoder.counts.restarts == 0)
        #expect(decoder.status.first?.source.domain == 7)
    }

    @Test func `NetFlow v9 reads back what it wrote, a record a way`() {
        let flows = Self.flows(twoWay: true, v6: true)
        let (read, decoder) = Self.decode(Self.encode(flows, NetFlow9Encoder(domain: 7)))
        #expect(read == Self.ways(flows))
        #expect(decoder.counts.missing == 0)
        #expect(decoder.status.first?.source.domain == 7)
    }

    @Test func `NetFlow v5 reads back what it wrote, a record a way`() {
        let flows = Self.flows(twoWay: true, v6: false)
        let (read, decoder) = Self.decode(Self.encode(flows, NetFlow5Encoder(domain: 7)))
        #expect(read == Self.ways(flows))
        #expect(decoder.counts.missing == 0)
        #expect(decoder.status.first?.source.domain == 7)
    }

    @Test func `NetFlow v5 leaves out what is not IPv4, and goes on`() {
        let flows = Self.flows(twoWay: false, v6: true)
        let (read, _) = Self.decode(Self.encode(flows, NetFlow5Encoder()))
        #expect(read == flows.filter(\.isV4))
    }

    @Test func `sFlow reads back the bytes and packets of each way`() {
        let flows = Self.flows(twoWay: true, v6: true)
        let (read, decoder) = Self.decode(Self.encode(flows, SFlowEncoder(domain: 7)), receivedAt: Self.now)
        var sums: [[UInt64]] = []
        for (index, sample) in read.enumerated() {
            #expect(sample.start == Self.now)
            let last = index > 0 ? read[index - 1] : nil
            if let last, last.source == sample.source, last.destination == sample.destination,
                last.destinationPort == sample.destinationPort
            {
                sums[sums.count - 1][0] += sample.bytesSent
                sums[sums.count - 1][1] += sample.packetsSent
            } else {
                sums.append([sample.bytesSent, sample.packetsSent])
            }
        }
        #expect(sums == Self.ways(flows).map { [$0.bytesSent, $0.packetsSent] })
        #expect(Set(read.map(\.flagsSent)) == [0, 0x1a, 0x12])
        #expect(decoder.counts.missing == 0)
    }

    @Test func `flows of months ago keep their times in IPFIX and come as near as v9 can say`() {
        var flow = Self.flows(twoWay: false, v6: false, count: 1)[0]
        flow.start = Self.now.advanced(by: -100 * 86_400 * 1_000_000_000)
        #expect(Self.decode(Self.encode([flow], IPFIXEncoder())).flows == [flow])
        flow.start = Self.now.advanced(by: -49 * 86_400 * 1_000_000_000)
        flow.duration = 3_600_000_000_000
        #expect(Self.decode(Self.encode([flow], NetFlow9Encoder())).flows == [flow])
    }

    @Test func `nothing is written for no flows`() {
        var bytes: [UInt8] = []
        var encoder = IPFIXEncoder()
        #expect(encoder.encode([Flow]().span, exportedAt: Self.now, into: &bytes) == 0)
        #expect(bytes.isEmpty)
    }
}
