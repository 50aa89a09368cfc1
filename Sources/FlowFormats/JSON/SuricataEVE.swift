import FlowModel

/// `suricata-eve`: the flow events of Suricata's eve.json, an object a line.
///
/// Events of other kinds are skipped; `netflow` events too, which say the same of each way again. In no order: a flow is
/// logged once it times out, and those of a capture file at its end, as they lie in a table.
public struct SuricataEVEReader: JSONLineReader {
    public static let format = FlowFormat(
        name: "suricata-eve", summary: "flow events of Suricata's eve.json",
        order: .unsorted, splitsAtNewlines: true)

    private static let names = ColumnNames([
        ("event_type", .kind), ("src_ip", .source), ("src_port", .sourcePort), ("dest_ip", .destination),
        ("dest_port", .destinationPort), ("proto", .transport), ("icmp_type", .icmpType), ("icmp_code", .icmpCode),
        ("app_proto", .application), ("flow", .inside),
        ("pkts_toserver", .packetsSent), ("pkts_toclient", .packetsReceived), ("bytes_toserver", .bytesSent),
        ("bytes_toclient", .bytesReceived), ("start", .start), ("end", .end), ("state", .state),
        ("tcp", .inside), ("tcp_flags_ts", .flagsSent), ("tcp_flags_tc", .flagsReceived),
    ])
    static let needed = ColumnSet(.start, .source, .destination, .transport, .kind)

    public var isSkippingLine = false
    var row = RowCursor()
    var unescaped: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        // Statistics alone may be longer than what is looked at.
        JSONFirstLine.isObject(head) && head.contains("\"event_type\"")
            && (head.contains("\"src_ip\"") && head.contains("\"dest_ip\"") || head.contains("\"stats\""))
    }

    mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop) {
        try takeMembers(bytes, &cursor, Self.names)
    }

    func skipReason(of bytes: Span<UInt8>) -> SkipReason? {
        row.has(.kind) && !row.text(.kind, of: bytes).isEqual(to: "flow") ? .otherEvent : nil
    }

    mutating func flow(of bytes: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        var flow = try row.flow(of: bytes)
        if !row.has(.destinationPort) { flow.destinationPort = try row.icmpTypeAndCode(of: bytes) }
        flow.flagsSent = Self.flags(row.text(.flagsSent, of: bytes))
        flow.flagsReceived = Self.flags(row.text(.flagsReceived, of: bytes))
        flow.state = Self.state(row.text(.state, of: bytes), flow)
        flow.settleState()
        let application = row.text(.application, of: bytes)
        if !application.isEmpty, !application.isEqual(to: "failed") {
            flow.application = batch.names.intern(application)
            batch.nameKinds.insert(.application)
        }
        return flow
    }

    /// Suricata's own view, for what has no flags. TCP is `new` until a SYN with ACK came: any other answer refused.
    private static func state(_ text: Span<UInt8>, _ flow: Flow) -> ConnectionState {
        if text.isEqual(to: "new") {
            return flow.packetsReceived == 0 ? .attempted : flow.transport == .tcp ? .rejected : .unknown
        }
        if text.isEqual(to: "established") { return .established }
        if text.isEqual(to: "closed") { return .closed }
        return .unknown
    }

    /// Two hexadecimal digits; 0 for anything else.
    private static func flags(_ text: Span<UInt8>) -> UInt8 {
        var value: UInt32 = 0
        for index in text.indices {
            guard index < 2, let digit = JSONEscape.digit(text[index]) else { return 0 }
            value = value << 4 | digit
        }
        return UInt8(truncatingIfNeeded: value)
    }
}
