internal import FlowModel

/// The layout of NetFlow v5 and v7, which differ in what stands behind the record. Source: Cisco, "NetFlow Export Datagram
/// Format".
enum NetFlow5 {
    static let headerLength = 24
    static let recordLength = 48
    static let recordLength7 = 52
}

extension Exporter {
    /// Decodes a datagram of v5 or v7.
    mutating func decodeFixed(
        _ bytes: RawSpan, receivedAt: Timestamp?, into batch: inout FlowBatch
    ) throws(DecodeError) {
        let isV5 = source.exportProtocol == .netFlow5
        let length = isV5 ? NetFlow5.recordLength : NetFlow5.recordLength7
        let count = Int(bytes.uint16(at: 2))
        guard NetFlow5.headerLength + count * length <= bytes.byteCount else {
            throw DecodeError(.cutShort, at: bytes.byteCount)
        }
        var time = MessageTime(
            exported: Int64(bytes.uint32(at: 8)) * 1_000_000_000 + Int64(bytes.uint32(at: 12)),
            uptime: bytes.uint32(at: 4))
        clock.compare(exported: time.exported, receivedAt: receivedAt)
        time.correction = clock.correction
        sequence.take(bytes.uint32(at: 16), units: UInt32(count), counts: &counts)
        // The two highest bits are the mode; exporters leave it at 0 even where they sample.
        if isV5 { sampling.header = UInt32(bytes.uint16(at: 22) & 0x3fff) }
        samplingRate = sampling.usual
        let empty = emptyFlow
        batch.flows.append(addingCapacity: count) { (flows: inout OutputSpan<Flow>) in
            var record = NetFlow5.headerLength
            for _ in 0..<count {
                flows.append(empty)
                fill(&flows[flows.count - 1], bytes, record, time)
                record += length
            }
        }
    }

    /// Fills an empty flow in where it stands: copying one whose bytes were just written singly stalls.
    @inline(__always)
    private func fill(_ flow: inout Flow, _ bytes: RawSpan, _ record: Int, _ time: MessageTime) {
        let first = bytes.uint32(at: record + 24)
        let last = bytes.uint32(at: record + 28)
        let start = time.moment(UInt64(first), .uptime) ?? 0
        // A record that ends before it starts lasted no time.
        let duration = max(0, Int64(Int32(bitPattern: last &- first)))
        flow.source = bytes.v4(at: record)
        flow.destination = bytes.v4(at: record + 4)
        flow.start = Timestamp(nanoseconds: start)
        flow.duration = duration * 1_000_000
        flow.transport = Transport(rawValue: bytes.uint8(at: record + 38))
        flow.sourcePort = bytes.uint16(at: record + 32)
        flow.destinationPort = bytes.uint16(at: record + 34)
        flow.bytesSent = UInt64(bytes.uint32(at: record + 20))
        flow.packetsSent = UInt64(bytes.uint32(at: record + 16))
        flow.flagsSent = bytes.uint8(at: record + 37)
        flow.scale(by: samplingRate)
    }
}
