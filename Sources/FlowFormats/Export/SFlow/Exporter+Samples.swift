internal import FlowModel

/// sFlow v5: datagrams made of samples.
extension Exporter {
    /// Samples of packets in the standard's own formats; enterprises' have numbers above.
    private static let flowSample: UInt32 = 1
    private static let expandedFlowSample: UInt32 = 3
    /// Bytes of a sample in front of its records.
    private static let flowSampleLength = 32
    private static let expandedFlowSampleLength = 44

    /// Decodes a datagram: each sampled packet is a flow of one moment, its counters scaled by the sampling rate. Samples
    /// of counters are counted.
    mutating func decodeSamples(
        _ bytes: RawSpan, receivedAt: Timestamp?, into batch: inout FlowBatch
    ) throws(DecodeError) {
        guard let header = SFlowHeader(of: bytes) else { throw DecodeError(.cutShort, at: bytes.byteCount) }
        sequence.take(header.sequence, units: 1, counts: &counts)
        // sFlow states no time. Without that of arrival, times count from 1970, as those of other relative formats do.
        let time = receivedAt ?? Timestamp(nanoseconds: Int64(header.uptime) * 1_000_000)
        var place = header.length
        for _ in 0..<header.sampleCount {
            guard place + 8 <= bytes.byteCount else { throw DecodeError(.cutShort, at: bytes.byteCount) }
            let format = bytes.uint32(at: place)
            let length = Int(bytes.uint32(at: place + 4))
            let start = place + 8
            guard length <= bytes.byteCount - start else { throw DecodeError(.badSample, at: place) }
            place = start + length
            switch format {
            case Self.flowSample:
                let fixed = Self.flowSampleLength
                try takeSample(bytes, start, place, fixed: fixed, rateAt: start + 8, time, &batch)
            case Self.expandedFlowSample:
                let fixed = Self.expandedFlowSampleLength
                try takeSample(bytes, start, place, fixed: fixed, rateAt: start + 12, time, &batch)
            default: counts.otherRecords += 1
            }
        }
    }

    private mutating func takeSample(
        _ bytes: RawSpan, _ start: Int, _ end: Int, fixed: Int, rateAt: Int, _ time: Timestamp,
        _ batch: inout FlowBatch
    ) throws(DecodeError) {
        guard end - start >= fixed else {
            counts.brokenSets += 1
            throw DecodeError(.badSample, at: start)
        }
        let stated = bytes.uint32(at: rateAt)
        samplingRate = stated > 0 ? stated : sampling.usual
        guard let packet = try packet(bytes, start + fixed, end, records: bytes.uint32(at: start + fixed - 4)) else {
            return batch.skipped.count(.notIP)
        }
        var flow = Flow(
            source: packet.source, destination: packet.destination, start: time, transport: packet.transport,
            sourcePort: packet.sourcePort, destinationPort: packet.destinationPort,
            bytesSent: UInt64(packet.length), packetsSent: 1)
        flow.flagsSent = packet.flags
        flow.scale(by: samplingRate)
        flow.origin = origin
        batch.flows.append(flow)
    }

    /// The packet that the records of a sample describe: by its first bytes, else by an agent's own reading of it; nil
    /// where it is not IP.
    private mutating func packet(
        _ bytes: RawSpan, _ start: Int, _ end: Int, records: UInt32
    ) throws(DecodeError) -> PacketHeader? {
        var place = start
        var stated: PacketHeader?
        for _ in 0..<records {
            guard place + 8 <= end, Int(bytes.uint32(at: place + 4)) <= end - place - 8 else {
                counts.brokenSets += 1
                throw DecodeError(.badSample, at: place)
            }
            let data = place + 8
            let next = data + Int(bytes.uint32(at: place + 4))
            switch bytes.uint32(at: place) {
            case 1:
                if let packet = PacketHeader(sampledHeader: bytes, data, next) { return packet }
            case 3 where next - data >= 32: stated = PacketHeader(sampledV4: bytes, data)
            case 4 where next - data >= 56: stated = PacketHeader(sampledV6: bytes, data)
            default: break
            }
            place = next
        }
        return stated
    }
}

extension PacketHeader {
    /// The packet of a record of format 1: the kind of link, the frame's length, what was stripped, the frame's first
    /// bytes and how many these are.
    fileprivate init?(sampledHeader bytes: RawSpan, _ start: Int, _ end: Int) {
        guard end - start >= 16, let link = Link(sFlow: bytes.uint32(at: start)) else { return nil }
        let first = start + 16
        let last = min(end, first + Int(bytes.uint32(at: start + 12)))
        self.init(bytes, from: first, to: last, link: link, frameLength: Int(bytes.uint32(at: start + 4)))
    }

    /// The packet of a record of format 3: length, protocol, addresses, ports, flags and type of service.
    fileprivate init(sampledV4 bytes: RawSpan, _ start: Int) {
        self.init(source: bytes.v4(at: start + 8), destination: bytes.v4(at: start + 12))
        length = Int(bytes.uint32(at: start))
        setStated(bytes, start + 4, ports: start + 16)
    }

    /// The packet of a record of format 4.
    fileprivate init(sampledV6 bytes: RawSpan, _ start: Int) {
        self.init(source: bytes.v6(at: start + 8), destination: bytes.v6(at: start + 24))
        length = Int(bytes.uint32(at: start))
        setStated(bytes, start + 4, ports: start + 40)
    }

    private mutating func setStated(_ bytes: RawSpan, _ protocolAt: Int, ports: Int) {
        transport = Transport(rawValue: UInt8(truncatingIfNeeded: bytes.uint32(at: protocolAt)))
        sourcePort = UInt16(truncatingIfNeeded: bytes.uint32(at: ports))
        destinationPort = UInt16(truncatingIfNeeded: bytes.uint32(at: ports + 4))
        flags = UInt8(truncatingIfNeeded: bytes.uint32(at: ports + 8))
    }
}

extension PacketHeader.Link {
    /// A kind of link by sFlow's number of it; nil for those that carry no IP that we know to find.
    fileprivate init?(sFlow number: UInt32) {
        switch number {
        case 1: self = .ethernet
        case 7: self = .ppp
        case 11, 12: self = .ip
        case 13: self = .mpls
        default: return nil
        }
    }
}
