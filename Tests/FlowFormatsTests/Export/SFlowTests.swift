import Testing

@testable import FlowFormats
@testable import FlowModel

/// Datagrams of sFlow v5.
struct SFlowTests {
    static func datagram(agent: String = "192.0.2.9", _ samples: [[UInt8]]) -> [UInt8] {
        Wire.make { wire in
            wire.u32(5, agent.contains(":") ? 2 : 1)
            wire.address(agent)
            wire.u32(3, 17, 60_000, UInt32(samples.count))
            for sample in samples { wire.bytes += sample }
        }
    }

    static func sample(rate: UInt32 = 100, isExpanded: Bool = false, _ records: [(UInt32, [UInt8])]) -> [UInt8] {
        let body = Wire.make { wire in
            wire.u32(1)
            if isExpanded { wire.u32(0, 7) } else { wire.u32(7) }
            wire.u32(rate, 0, 0)
            if isExpanded { wire.u32(0, 1, 0, 2) } else { wire.u32(1, 2) }
            wire.u32(UInt32(records.count))
            for (format, record) in records {
                wire.u32(format, UInt32(record.count))
                wire.bytes += record
            }
        }
        return Wire.make { wire in
            wire.u32(isExpanded ? 3 : 1, UInt32(body.count))
            wire.bytes += body
        }
    }

    static func header(link: UInt32 = 1, frame: UInt32 = 1018, _ bytes: [UInt8]) -> (UInt32, [UInt8]) {
        let padded = bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        return (
            1,
            Wire.make { wire in
                wire.u32(link, frame, 4, UInt32(bytes.count))
                wire.bytes += padded
            }
        )
    }

    static let frame = Packets.ethernet + Packets.v4(length: 1000) + Packets.tcp

    @Test(arguments: [false, true]) func `a sampled packet is a flow of the moment it came`(isExpanded: Bool) throws {
        var decoder = ExportDecoder()
        let bytes = Self.datagram([Self.sample(isExpanded: isExpanded, [Self.header(Self.frame)])])
        let result = decoder.flows(of: bytes, from: OriginID(rawValue: 2), receivedAt: .exported)
        #expect(result.fault == nil)
        let flow = try #require(result.flows.first)
        #expect(flow.source == IPAddress("10.0.0.1"))
        #expect(flow.destination == IPAddress("192.0.2.1"))
        #expect(flow.transport == .tcp)
        #expect(flow.sourcePort == 50_000)
        #expect(flow.destinationPort == 443)
        #expect(flow.flagsSent == 0x12)
        #expect(flow.bytesSent == 100_000)
        #expect(flow.packetsSent == 100)
        #expect(flow.start == .exported)
        #expect(flow.origin == OriginID(rawValue: 2))
        #expect(decoder.status[0].source.agent == IPAddress("192.0.2.9"))
        #expect(decoder.status[0].source.domain == 3)
        #expect(decoder.status[0].samplingRate == 100)
    }

    @Test func `an agent of IPv6 and no time of arrival`() {
        var decoder = ExportDecoder()
        let bytes = Self.datagram(agent: "2001:db8::9", [Self.sample([Self.header(Self.frame)])])
        let result = decoder.flows(of: bytes)
        #expect(result.flows.first?.start == Timestamp(seconds: 60))
        #expect(decoder.status[0].source.agent == IPAddress("2001:db8::9"))
    }

    @Test func `an agent's own reading of a packet is taken where its bytes are not there`() {
        var decoder = ExportDecoder()
        let v4 = Wire.make { wire in
            wire.u32(1500, 17)
            wire.address("10.0.0.1")
            wire.address("192.0.2.1")
            wire.u32(50_000, 53, 0, 0)
        }
        let v6 = Wire.make { wire in
            wire.u32(1500, 6)
            wire.address("2001:db8::1")
            wire.address("2001:db8::2")
            wire.u32(50_000, 443, 0x12, 0)
        }
        let unknown: [(UInt32, [UInt8])] = [(1001, [0, 0, 0, 0])]
        let bytes = Self.datagram([Self.sample(unknown + [(3, v4)]), Self.sample(unknown + [(4, v6)])])
        let flows = decoder.flows(of: bytes).flows
        #expect(flows.map(\.bytesSent) == [150_000, 150_000])
        #expect(flows.map(\.destinationPort) == [53, 443])
        #expect(flows.map(\.transport) == [.udp, .tcp])
        #expect(flows.last?.source == IPAddress("2001:db8::1"))
        #expect(flows.last?.flagsSent == 0x12)
    }

    @Test func `samples of counters and of enterprises are counted, packets that are not IP skipped`() {
        var decoder = ExportDecoder()
        var batch = FlowBatch()
        let counters = Wire.make { $0.u32(2, 8, 0, 0) }
        let private1 = Wire.make { $0.u32(4413 << 12 | 1, 4, 0) }
        let arp: [UInt8] = Packets.macs + [0x08, 0x06] + [UInt8](repeating: 0, count: 28)
        let bytes = Self.datagram([counters, private1, Self.sample([Self.header(arp)])])
        #expect(throws: Never.self) {
            try decoder.decode(bytes.span.bytes, from: .first, receivedAt: nil, into: &batch)
        }
        #expect(batch.flows.isEmpty)
        #expect(batch.skipped[.notIP] == 1)
        #expect(decoder.counts.otherRecords == 2)
    }

    @Test func `broken datagrams are rejected with their place, and what stood before is kept`() {
        var decoder = ExportDecoder()
        let good = Self.sample([Self.header(Self.frame)])
        var bytes = Self.datagram([good, good])
        bytes.removeLast(8)
        let cut = decoder.flows(of: bytes)
        #expect(cut.flows.count == 1)
        #expect(cut.fault == DecodeError(.badSample, at: 28 + good.count))
        var more = Self.datagram([good])
        more[27] = 2
        #expect(decoder.flows(of: more).fault == DecodeError(.cutShort, at: more.count))
        var agent = Self.datagram([good])
        agent[7] = 9
        #expect(decoder.flows(of: agent).fault?.reason == .badAgent)
        let short = Wire.make { $0.u32(1, 4, 0) }
        #expect(decoder.flows(of: Self.datagram([short])).fault?.reason == .badSample)
        var record = Self.sample([Self.header(Self.frame)])
        record[8 + 32 + 4] = 0xff
        #expect(decoder.flows(of: Self.datagram([record])).fault?.reason == .badSample)
    }
}
