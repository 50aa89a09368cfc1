public import FlowModel

/// `gcp`: VPC flow logs of Google Cloud as Cloud Logging exports them: an array or lines of log entries.
///
/// `jsonPayload` (also alone, as BigQuery gives it) has the ends in `connection`; a record is one way of a connection
/// over some seconds. Two virtual machines of one network both report it: what the destination's side says of a source
/// that reports itself (`src_instance`) is skipped. Other log entries are skipped too. In no order of time.
public struct GCPFlowLogReader: FlowReader, JSONRecordReader, JSONStreamReader {
    public static let format = FlowFormat(
        name: "gcp", summary: "VPC flow logs of Google Cloud", order: .unsorted, splitsAtNewlines: false,
        isOneWay: true)

    enum Column: Int, CaseIterable, Sendable {
        case source, sourcePort, destination, destinationPort, transport, bytes, packets, start, end, reporter
        case sourceInstance, entry
    }
    private static let names = JSONNames<Column>([
        ("bytes_sent", .bytes), ("end_time", .end), ("packets_sent", .packets), ("reporter", .reporter),
        ("src_instance", .sourceInstance), ("start_time", .start), ("insertId", .entry), ("logName", .entry),
        ("dest_ip", .destination), ("dest_port", .destinationPort), ("protocol", .transport), ("src_ip", .source),
        ("src_port", .sourcePort),
    ])

    var stream = JSONStream()
    var record = FieldPlaces<Column>()
    var unescaped: [UInt8] = []
    private var times = CivilTimeParser()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        isJSON(head) && head.contains("\"connection\"") && head.contains("\"src_ip\"")
            && head.contains("\"bytes_sent\"")
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
        try members(bytes, &cursor, depth: 1)
        appendRecord(of: bytes, line: line, into: &batch)
        return .record
    }

    private mutating func members(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, depth: Int
    ) throws(JSONStop) {
        var guess = 0
        var key: JSONValue?
        while let next = try cursor.key(after: key, bytes) {
            key = next
            let name = bytes.extracting(next.start..<next.end)
            let isInner = depth < 3 && (name.isEqual(to: "jsonPayload") || name.isEqual(to: "connection"))
            if isInner, try cursor.enters(bytes) {
                try members(bytes, &cursor, depth: depth + 1)
                continue
            }
            let isInstance = name.isEqual(to: "src_instance")
            let value = try cursor.value(bytes, depth: depth)
            if isInstance, value.kind == .nested {
                // Only that it is there matters.
                record.set(.sourceInstance, value.start, value.start)
            } else if let column = Self.names.column(name, guess: &guess) {
                record.set(column, value)
            }
        }
    }

    mutating func append(
        _ fields: FieldPlaces<Column>, of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch
    ) {
        if !fields.isSet(.source), !fields.isSet(.destination), fields.isSet(.entry) {
            batch.skipped.count(.otherEvent)
            return
        }
        let isDestination = fields.field(.reporter, of: bytes).isEqual(to: "DEST")
        if isDestination, fields.isSet(.sourceInstance) {
            batch.skipped.count(.seenTwice)
            return
        }
        let needed: [(Column, FieldName)] = [
            (.start, .time), (.source, .source), (.destination, .destination), (.transport, .transport),
            (.bytes, .bytesSent),
        ]
        for (column, field) in needed where !fields.isSet(column) {
            batch.reject(.missingField, field: field, line: line, excerpt: bytes.extracting(0..<0))
            return
        }
        var field = FieldName.time
        var column = Column.start
        do throws(FieldError) {
            let start = try Field.moment(fields.field(.start, of: bytes), &times)
            (field, column) = (.duration, .end)
            let end = fields.isSet(.end) ? try Field.moment(fields.field(.end, of: bytes), &times) : start
            let (duration, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
            (field, column) = (.source, .source)
            let source = try Field.address(fields.field(column, of: bytes))
            (field, column) = (.destination, .destination)
            let destination = try Field.address(fields.field(column, of: bytes))
            (field, column) = (.transport, .transport)
            guard let transport = Transport(text: fields.field(column, of: bytes)) else {
                throw FieldError(.unknownProtocol)
            }
            (field, column) = (.sourcePort, .sourcePort)
            let sourcePort = fields.isSet(column) ? try Field.port(fields.field(column, of: bytes)) : 0
            (field, column) = (.destinationPort, .destinationPort)
            let destinationPort = fields.isSet(column) ? try Field.port(fields.field(column, of: bytes)) : 0
            (field, column) = (.bytesSent, .bytes)
            let sent = try Field.unsigned(fields.field(column, of: bytes))
            (field, column) = (.packets, .packets)
            let packets = fields.isSet(column) ? try Field.unsigned(fields.field(column, of: bytes)) : 0
            batch.flows.append(
                Flow(
                    source: source, destination: destination, start: start, duration: overflow ? 0 : max(0, duration),
                    transport: transport, sourcePort: sourcePort, destinationPort: destinationPort, bytesSent: sent,
                    packetsSent: packets))
        } catch {
            batch.reject(error.reason, field: field, line: line, excerpt: fields.field(column, of: bytes))
        }
    }
}
