import FlowModel

/// `zeek-json`: conn.log as Zeek writes it with `LogAscii::use_json`, an object a line.
///
/// Members are `id.orig_h`, `id_orig_h`, or `orig_h` inside of `id`; times are seconds, milliseconds or ISO 8601. Lines
/// of other logs (`_path`) are skipped. Sorted by end, as the tab-separated one.
public struct ZeekJSONReader: ZeekReader, JSONLineReader {
    public static let format = FlowFormat(
        name: "zeek-json", summary: "Zeek conn.log, an object of JSON a line",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    private static let names = ColumnNames([
        ("_path", .kind), ("id", .inside), ("ts", .start), ("id.orig_h", .source), ("id.orig_p", .sourcePort),
        ("id.resp_h", .destination), ("id.resp_p", .destinationPort), ("proto", .transport), ("service", .application),
        ("duration", .duration), ("orig_bytes", .bytesSent), ("resp_bytes", .bytesReceived), ("conn_state", .state),
        ("history", .history), ("orig_pkts", .packetsSent), ("resp_pkts", .packetsReceived), ("label", .label),
        ("detailed-label", .labelDetail), ("detailed_label", .labelDetail), ("detailedlabel", .labelDetail),
        ("id_orig_h", .source), ("id_orig_p", .sourcePort), ("id_resp_h", .destination),
        ("id_resp_p", .destinationPort), ("orig_h", .source), ("orig_p", .sourcePort), ("resp_h", .destination),
        ("resp_p", .destinationPort),
    ])
    static let needed = ColumnSet(.start, .source, .sourcePort, .destination, .destinationPort, .transport)

    public var isSkippingLine = false
    var row = RowCursor()
    var unescaped: [UInt8] = []
    var wordsBeforeLabel: Int { 0 }

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        JSONFirstLine.isObject(head) && head.contains("orig_h\"") && head.contains("resp_h\"")
            && head.contains("\"conn_state\"")
    }

    mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop) {
        try takeMembers(bytes, &cursor, Self.names)
    }

    func skipReason(of bytes: Span<UInt8>) -> SkipReason? {
        row.has(.kind) && !row.text(.kind, of: bytes).isEqual(to: "conn") ? .otherEvent : nil
    }
}
