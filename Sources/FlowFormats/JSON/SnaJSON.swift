import FlowModel

/// `sna-json`: the JSON export of a flow search in Cisco Secure Network Analytics.
///
/// An array of objects, or an object a line, also inside of another object; members by name, in any order. Sizes are
/// strings as in the CSV, or numbers.
public struct SnaJSONReader: SnaReader, JSONRecordReader, JSONStreamReader {
    public static let format = FlowFormat(
        name: "sna-json", summary: "flow search of Cisco Secure Network Analytics, JSON or JSON Lines",
        order: .unsorted, splitsAtNewlines: false)

    static let needed = SnaColumns.needed

    var stream = JSONStream()
    var row = RowCursor()
    var unescaped: [UInt8] = []
    private var keyText: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        isJSON(head) && head.contains("\"Subject IP Address\"")
    }

    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole {
        row.fields.clear()
        let names = SnaColumns.names
        var guess = 0
        var key: JSONValue?
        while let next = try cursor.key(after: key, bytes) {
            key = next
            let column = column(of: next, bytes, names, &guess)
            let first = try cursor.peek(bytes)
            // Before any column, an array or object can only hold the records.
            if column == nil, row.fields.isEmpty, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
                return .wrapper
            }
            let value = try cursor.value(bytes, depth: 1)
            if let column { row.fields.set(column, value) }
        }
        takeRecord(of: bytes, number: line, into: &batch)
        return .record
    }

    @inline(__always)
    private mutating func column(
        of key: JSONValue, _ bytes: Span<UInt8>, _ names: ColumnNames, _ guess: inout Int
    ) -> Column? {
        let name = bytes.extracting(key.start..<key.end)
        guard key.kind == .escapedText else { return names.column(name, guess: &guess) }
        // Some write "Port\/Protocol".
        keyText.removeAll(keepingCapacity: true)
        JSONEscape.decode(name, &keyText)
        return names.column(keyText.span, guess: &guess)
    }
}
