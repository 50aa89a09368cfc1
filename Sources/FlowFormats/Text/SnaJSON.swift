public import FlowModel

/// `sna-json`: the JSON export of a flow search in Cisco Secure Network Analytics.
///
/// An array of objects, or an object a line, also inside of another object; members by name, in any order. Sizes are
/// strings as in the CSV, or numbers.
public struct SnaJSONReader: FlowReader, JSONRecordReader, JSONStreamReader {
    public static let format = FlowFormat(
        name: "sna-json", summary: "flow search of Cisco Secure Network Analytics, JSON or JSON Lines",
        order: .unsorted, splitsAtNewlines: false)

    var stream = JSONStream()
    var record = FieldPlaces<SnaColumn>()
    var unescaped: [UInt8] = []
    private var flows = SnaFlows()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        isJSON(head) && head.contains("\"Subject IP Address\"")
    }

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        take(bytes, isLast: false, into: &batch)
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        takeLast(rest, into: &batch)
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}

    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole {
        record.clear()
        var guess = SnaColumn.start
        var key: JSONValue?
        while let next = try cursor.key(after: key, bytes) {
            key = next
            let column = column(of: next, bytes, guess)
            let first = try cursor.peek(bytes)
            // Before any column, an array or object can only hold the records.
            if column == nil, record.isEmpty, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
                return .wrapper
            }
            let value = try cursor.value(bytes, depth: 1)
            guard let column else { continue }
            record.set(column, value)
            guess = SnaColumn(rawValue: column.rawValue + 1) ?? .start
        }
        appendRecord(of: bytes, line: line, into: &batch)
        return .record
    }

    private mutating func column(of key: JSONValue, _ bytes: Span<UInt8>, _ guess: SnaColumn) -> SnaColumn? {
        let name = bytes.extracting(key.start..<key.end)
        guard key.kind == .escapedText else { return SnaColumn.titled(name, guess: guess) }
        // Some write "Port\/Protocol".
        unescaped.removeAll(keepingCapacity: true)
        JSONEscape.decode(name, &unescaped)
        return SnaColumn.titled(unescaped.span, guess: guess)
    }

    mutating func append(
        _ fields: FieldPlaces<SnaColumn>, of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch
    ) {
        flows.append(fields, of: bytes, line: line, into: &batch)
    }
}
