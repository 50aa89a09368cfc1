internal import FlowModel

/// Reads the records of nfdump's blocks: those of 1.6, whose optional parts are listed by extension maps, and those of
/// 1.7, made of elements.
struct NfdumpRecords: Sendable {
    /// Where the counters of the way back stand in the records of an extension map.
    private struct Extensions {
        /// From the end of the fixed part.
        var packets: Int?
        var bytes: Int?
        var packetsLength = 0
        var bytesLength = 0
    }

    /// By number of the map: at most as many as there are numbers.
    private var maps: [UInt16: Extensions] = [:]

    /// Reads all records of an unpacked block.
    mutating func read(_ bytes: RawSpan, into batch: inout FlowBatch) throws(ReadError) {
        var place = 0
        while place + 4 <= bytes.byteCount {
            let length = Int(bytes.little16(at: place + 2))
            guard length >= 4, place + length <= bytes.byteCount else {
                throw .malformed("nfdump record that does not fit its block", line: batch.lines)
            }
            let record = bytes.extracting(place..<place + length)
            switch bytes.little16(at: place) {
            case 1: take(common(record, fixed: 28, flags: UInt16(record.uint8(at: 4))), into: &batch)
            case 10: take(common(record, fixed: 32, flags: record.little16(at: 4)), into: &batch)
            case 11: take(Self.elements(record, into: &batch), into: &batch)
            case 2: takeMap(record)
            // Exporters, samplers and their statistics.
            default: break
            }
            place += length
        }
    }

    private func take(_ flow: Flow?, into batch: inout FlowBatch) {
        batch.lines += 1
        guard var flow else { return }
        if flow.hasWayBack { flow.settleState() }
        batch.flows.append(flow)
    }

    private static let empty = Flow(
        source: .unspecified, destination: .unspecified, start: Timestamp(nanoseconds: 0), transport: .unknown)

    /// A record of 1.6: a fixed part, addresses, packets and bytes of as many bytes as its flags say, and extensions.
    private func common(_ record: RawSpan, fixed: Int, flags: UInt16) -> Flow? {
        let isV6 = flags & 1 != 0
        let addresses = fixed + (isV6 ? 32 : 8)
        let bytesAt = addresses + (flags & 2 != 0 ? 8 : 4)
        let extensions = bytesAt + (flags & 4 != 0 ? 8 : 4)
        guard extensions <= record.byteCount else { return nil }
        var flow = Self.empty
        let start = Int64(record.little32(at: 12)) * 1000 + Int64(record.little16(at: 8))
        let end = Int64(record.little32(at: 16)) * 1000 + Int64(record.little16(at: 10))
        flow.start = Timestamp(nanoseconds: start * 1_000_000)
        flow.duration = max(0, end - start) * 1_000_000
        flow.flagsSent = record.uint8(at: 21)
        flow.transport = Transport(rawValue: record.uint8(at: 22))
        flow.sourcePort = record.little16(at: 24)
        flow.destinationPort = record.little16(at: 26)
        (flow.source, flow.destination) = Self.addresses(record, fixed, isV6: isV6)
        flow.packetsSent = Self.number(record, addresses, bytesAt - addresses)
        flow.bytesSent = Self.number(record, bytesAt, extensions - bytesAt)
        if let map = maps[record.little16(at: 6)] {
            if let offset = map.packets {
                flow.packetsReceived = Self.number(record, extensions + offset, map.packetsLength)
            }
            if let offset = map.bytes { flow.bytesReceived = Self.number(record, extensions + offset, map.bytesLength) }
        }
        return flow
    }

    /// Bytes of the extensions of 1.6 by their number, up to the last that can stand before a counter.
    private static let lengths: [Int] = [
        0, 0, 0, 0, 4, 8, 4, 8, 4, 4, 16, 4, 16, 4, 4, 8, 4, 8, 4, 8, 16, 16, 40, 4, 16, 4, 8, 8,
    ]

    private mutating func takeMap(_ record: RawSpan) {
        var map = Extensions()
        var offset = 0
        var place = 8
        while place + 2 <= record.byteCount {
            let number = Int(record.little16(at: place))
            guard number > 0, number < Self.lengths.count else { break }
            let length = Self.lengths[number]
            if number == 14 || number == 15 { (map.packets, map.packetsLength) = (offset, length) }
            if number == 16 || number == 17 { (map.bytes, map.bytesLength) = (offset, length) }
            offset += length
            place += 2
        }
        maps[record.little16(at: 4)] = map
    }

    /// A record of 1.7: a header and elements, each with its kind and length.
    private static func elements(_ record: RawSpan, into batch: inout FlowBatch) -> Flow? {
        var flow = empty
        var hasAddresses = false
        var event: UInt8 = 0
        var place = 12
        while place + 4 <= record.byteCount {
            let length = Int(record.little16(at: place + 2))
            guard length >= 4, place + length <= record.byteCount else { return nil }
            let data = place + 4
            switch (record.little16(at: place), length) {
            case (1, 52...): takeGeneric(record, data, into: &flow)
            case (2, 12...), (3, 36...):
                (flow.source, flow.destination) = addresses(record, data, isV6: record.little16(at: place) == 3)
                hasAddresses = true
            case (5, 28...):
                flow.packetsReceived = record.little64(at: data + 8)
                flow.bytesReceived = record.little64(at: data + 16)
            case (19, 20...):
                event = record.uint8(at: data + 14)
                if flow.start.nanoseconds == 0 { flow.start = milliseconds(record.little64(at: data)) }
            default: break
            }
            place += length
        }
        guard hasAddresses else {
            batch.skipped.count(.otherEvent)
            return nil
        }
        // As `RecordLayout.isFlow` has it.
        if event == 3 { flow.state = .rejected }
        if event != 0, event != 2, event != 3, flow.bytes | flow.packetsSent | flow.packetsReceived == 0 {
            batch.skipped.count(.begin)
            return nil
        }
        return flow
    }

    private static func takeGeneric(_ record: RawSpan, _ data: Int, into flow: inout Flow) {
        flow.start = milliseconds(record.little64(at: data))
        let end = milliseconds(record.little64(at: data + 8))
        flow.duration = max(0, end.nanoseconds.subtractingClamped(flow.start.nanoseconds))
        flow.packetsSent = record.little64(at: data + 24)
        flow.bytesSent = record.little64(at: data + 32)
        flow.sourcePort = record.little16(at: data + 40)
        flow.destinationPort = record.little16(at: data + 42)
        flow.transport = Transport(rawValue: record.uint8(at: data + 44))
        flow.flagsSent = record.uint8(at: data + 45)
    }

    private static func milliseconds(_ value: UInt64) -> Timestamp {
        Timestamp(nanoseconds: Int64(min(value, 9_223_372_036_854)) * 1_000_000)
    }

    private static func addresses(_ record: RawSpan, _ place: Int, isV6: Bool) -> (IPAddress, IPAddress) {
        if !isV6 { return (IPAddress(v4: record.little32(at: place)), IPAddress(v4: record.little32(at: place + 4))) }
        return (
            IPAddress(high: record.little64(at: place), low: record.little64(at: place + 8)),
            IPAddress(high: record.little64(at: place + 16), low: record.little64(at: place + 24))
        )
    }

    private static func number(_ record: RawSpan, _ place: Int, _ length: Int) -> UInt64 {
        length == 8 ? record.little64(at: place) : UInt64(record.little32(at: place))
    }
}
