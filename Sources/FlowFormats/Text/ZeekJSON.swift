public import FlowModel

/// `zeek-json`: conn.log as Zeek writes it with `LogAscii::use_json`, an object a line.
///
/// Members are `id.orig_h`, `id_orig_h`, or `orig_h` inside of `id`; times are seconds, milliseconds or ISO 8601. Lines
/// of other logs (`_path`) are skipped. Sorted by end, as the tab-separated one.
public struct ZeekJSONReader: LineReader, JSONLineReader {
    public static let format = FlowFormat(
        name: "zeek-json", summary: "Zeek conn.log, an object of JSON a line",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    typealias Column = ZeekRow.Column
    private static let names = JSONNames<Column>([
        ("_path", .path), ("ts", .time), ("id.orig_h", .source), ("id.orig_p", .sourcePort),
        ("id.resp_h", .destination), ("id.resp_p", .destinationPort), ("proto", .transport), ("service", .service),
        ("duration", .duration), ("orig_bytes", .bytesSent), ("resp_bytes", .bytesReceived), ("conn_state", .state),
        ("history", .history), ("orig_pkts", .packetsSent), ("resp_pkts", .packetsReceived), ("label", .label),
        ("detailed-label", .detail), ("detailed_label", .detail), ("detailedlabel", .detail),
        ("id_orig_h", .source), ("id_orig_p", .sourcePort), ("id_resp_h", .destination),
        ("id_resp_p", .destinationPort), ("orig_h", .source), ("orig_p", .sourcePort), ("resp_h", .destination),
        ("resp_p", .destinationPort),
    ])

    public var isSkippingLine = false
    var record = FieldPlaces<Column>()
    var unescaped: [UInt8] = []
    private var guess = 0
    private var row = ZeekRow()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        JSONFirstLine.isObject(head) && head.contains("orig_h\"") && head.contains("resp_h\"")
            && head.contains("\"conn_state\"")
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        guess = 0
        readObject(line, number: number, into: &batch)
    }

    mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop) {
        try members(bytes, &cursor, depth: 1)
    }

    private mutating func members(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, depth: Int
    ) throws(JSONStop) {
        var key: JSONValue?
        while let next = try cursor.key(after: key, bytes) {
            key = next
            let name = bytes.extracting(next.start..<next.end)
            if depth == 1, name.isEqual(to: "id"), try cursor.enters(bytes) {
                try members(bytes, &cursor, depth: 2)
                continue
            }
            let value = try cursor.value(bytes, depth: depth)
            if let column = Self.names.column(name, guess: &guess) { record.set(column, value) }
        }
    }

    mutating func append(
        _ fields: FieldPlaces<Column>, of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch
    ) {
        if fields.isSet(.path), !fields.field(.path, of: bytes).isEqual(to: "conn") {
            batch.skipped.count(.otherEvent)
            return
        }
        let needed: [(Column, FieldName)] = [
            (.time, .time), (.source, .source), (.sourcePort, .sourcePort), (.destination, .destination),
            (.destinationPort, .destinationPort), (.transport, .transport),
        ]
        for (column, field) in needed where !fields.isSet(column) {
            batch.reject(.missingField, field: field, line: line, excerpt: bytes.extracting(0..<0))
            return
        }
        row.append(fields, of: bytes, number: line, into: &batch)
    }
}
