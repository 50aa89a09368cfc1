import FlowModel

/// `gcp`: VPC flow logs of Google Cloud as Cloud Logging exports them: an array or lines of log entries.
///
/// `jsonPayload` (also alone, as BigQuery gives it) has the ends in `connection`; a record is one way of a connection
/// over some seconds. Two virtual machines of one network both report it: what the destination's side says of a source
/// that reports itself (`src_instance`) is skipped. Other log entries are skipped too. In no order of time.
public struct GCPFlowLogReader: JSONRecordReader, JSONStreamReader {
    public static let format = FlowFormat(
        name: "gcp", summary: "VPC flow logs of Google Cloud", order: .unsorted, splitsAtNewlines: false,
        isOneWay: true)

    private static let names = ColumnNames([
        ("bytes_sent", .bytesSent), ("end_time", .end), ("packets_sent", .packetsSent), ("reporter", .reporter),
        ("start_time", .start), ("insertId", .marker), ("logName", .marker),
        ("dest_ip", .destination), ("dest_port", .destinationPort), ("protocol", .transport), ("src_ip", .source),
        ("src_port", .sourcePort), ("jsonPayload", .inside), ("connection", .inside), ("src_instance", .inside),
        ("vm_name", .sourceInstance), ("project_id", .sourceInstance),
    ])

    static let needed = ColumnSet(.start, .source, .destination, .transport, .bytesSent)

    var stream = JSONStream()
    var row = RowCursor()
    var unescaped: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        isJSON(head) && head.contains("\"connection\"") && head.contains("\"src_ip\"")
            && head.contains("\"bytes_sent\"")
    }

    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole {
        row.fields.clear()
        try takeMembers(bytes, &cursor, Self.names)
        takeRecord(of: bytes, number: line, into: &batch)
        return .record
    }

    func skipReason(of bytes: Span<UInt8>) -> SkipReason? {
        if !row.has(.source), !row.has(.destination), row.has(.marker) { return .otherEvent }
        let isDestination = row.text(.reporter, of: bytes).isEqual(to: "DEST")
        return isDestination && row.has(.sourceInstance) ? .seenTwice : nil
    }

    mutating func flow(of bytes: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        if row.transport(of: bytes) == nil { throw FieldError(.unknownProtocol) }
        return try row.flow(of: bytes)
    }
}
