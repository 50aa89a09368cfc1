import FlowModel

/// `aws-json`: VPC flow logs of Amazon inside of CloudWatch's JSON: subscriptions (`logEvents`), `get-log-events` and
/// `filter-log-events` (`events`), or any object whose `message` is a record of version 2.
public struct AWSLogEventsReader: JSONStreamReader {
    public static let format = FlowFormat(
        name: "aws-json", summary: "VPC flow logs of Amazon in the JSON of CloudWatch", order: .unsorted,
        splitsAtNewlines: false, isOneWay: true)

    var stream = JSONStream()
    private var isMessage = false
    private var records = AWSFlowLogReader()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        guard isJSON(head), let key = head.first("\"message\"", from: 0) else { return false }
        var reader = AWSLogEventsReader()
        var batch = FlowBatch()
        // The rest of the object may be cut off; the first message tells.
        var start = key + 9
        while start < head.count, head[start] == 0x20 || head[start] == UInt8(ascii: ":") { start += 1 }
        guard start < head.count, head[start] == UInt8(ascii: "\""),
            let end = head.first(UInt8(ascii: "\""), from: start + 1)
        else { return false }
        reader.isMessage = true
        reader.readText(head.extracting(start + 1..<end), line: 1, into: &batch)
        return batch.flows.count + batch.skipped[.noData] == 1
    }

    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole { .wrapper }

    mutating func readKey(_ key: Span<UInt8>) { isMessage = key.isEqual(to: "message") }

    mutating func readText(_ text: Span<UInt8>, line: Int, into batch: inout FlowBatch) {
        guard isMessage else { return }
        isMessage = false
        guard let columns = AWSFlowLogReader.columnsWithoutHeader(text) else {
            batch.skipped.count(.otherEvent)
            return
        }
        records.row.columns = columns
        records.takeDelimited(text, places: columns.width, number: line, into: &batch)
    }
}
