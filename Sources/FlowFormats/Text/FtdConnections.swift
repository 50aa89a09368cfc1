import FlowModel

/// The connection events of Cisco's Firepower (430002, a begin, and 430003, an end): `Key: Value` between commas.
enum FtdConnections {
    private static let names = ColumnNames([
        ("AccessControlRuleAction", .action), ("SrcIP", .source), ("DstIP", .destination), ("SrcPort", .sourcePort),
        ("DstPort", .destinationPort), ("ICMPType", .icmpType), ("ICMPCode", .icmpCode), ("Protocol", .transport),
        ("FirstPacketSecond", .start), ("ConnectionDuration", .duration), ("InitiatorPackets", .packetsSent),
        ("ResponderPackets", .packetsReceived), ("InitiatorBytes", .bytesSent), ("ResponderBytes", .bytesReceived),
        ("ApplicationProtocol", .application),
    ])

    /// Notes the fields of the event in `line`, from `start` on.
    static func note(_ line: Span<UInt8>, from start: Int, in fields: inout FieldPlaces) {
        fields.clear()
        var guess = 0
        var position = start
        while position < line.count {
            let next = line.first(", ", from: position) ?? line.count
            let pair = line.extracting(position..<next)
            if let colon = pair.first(": ", from: 0),
                let column = names.column(pair.extracting(0..<colon).trimmed, guess: &guess)
            {
                fields.set(column, position + colon + 2, next)
            }
            position = next + 2
        }
    }

    /// The flow of the event at hand; nil for the begin of a connection that was let through, whose end comes later.
    static func flow(
        _ row: inout RowCursor, of line: Span<UInt8>, isBegin: Bool, writtenAt time: Timestamp?,
        _ batch: inout FlowBatch
    ) throws(FieldError) -> Flow? {
        let isRefused = FirewallAction.isRefusal(row.text(.action, of: line))
        if isBegin && !isRefused { return nil }
        let duration = try row.duration(of: line, from: Timestamp(nanoseconds: 0))
        let start: Timestamp
        if row.has(.start) {
            start = try row.time(.start, of: line)
        } else if let time {
            start = time.advanced(by: -duration)
        } else {
            throw FieldError(.badTime)
        }
        let source = try row.address(.source, of: line)
        let destination = try row.address(.destination, of: line)
        var flow = try row.flow(of: line, from: source, to: destination, start: start, duration: duration)
        if flow.transport == .icmp || flow.transport == .icmpV6, row.has(.icmpType) {
            flow.destinationPort = try row.icmpTypeAndCode(of: line)
        }
        if isRefused {
            flow.state = .rejected
        } else if flow.packetsReceived == 0, flow.transport == .tcp {
            flow.state = .attempted
        } else if flow.packetsReceived > 0 {
            flow.state = .established
        }
        flow.application = row.name(.application, of: line, &batch)
        if flow.application != .none { batch.nameKinds.insert(.application) }
        return flow
    }
}
