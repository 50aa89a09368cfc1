import FlowModel

/// `pan-os`: traffic logs of Palo Alto Networks' firewalls, exported as CSV.
///
/// What a session began with is logged again at its end, so begins are skipped. In no order of time.
public struct PaloAltoReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "pan-os", summary: "traffic logs of Palo Alto Networks firewalls, CSV", order: .unsorted,
        splitsAtNewlines: true)

    static let names = ColumnNames([
        ("Start Time", .start), ("Source address", .source), ("Source IP", .source),
        ("Destination address", .destination), ("Destination IP", .destination), ("Source Port", .sourcePort),
        ("Destination Port", .destinationPort), ("IP Protocol", .transport), ("Protocol", .transport),
        ("Bytes", .bytes), ("Bytes Sent", .bytesSent), ("Bytes Received", .bytesReceived), ("Packets", .packets),
        ("Packets Sent", .packetsSent), ("pkts_sent", .packetsSent), ("Packets Received", .packetsReceived),
        ("pkts_received", .packetsReceived), ("Elapsed Time (sec)", .duration), ("Elapsed Time", .duration),
        ("Action", .action), ("Application", .application), ("Threat/Content Type", .kind), ("Subtype", .kind),
        ("Domain", .marker), ("Receive Time", .marker), ("Session ID", .marker), ("NAT Source IP", .marker),
    ])
    static let delimiters = [UInt8(ascii: ",")]
    static let signature = ColumnSet(.start, .source, .destination, .bytes, .kind, .marker)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() {}

    static func missing(in columns: ColumnSet) -> ColumnSet {
        signature.union(ColumnSet(.transport)).subtracting(columns)
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        let kind = row.text(.kind, of: line)
        if kind.isEqual(to: "start") {
            batch.skipped.count(.begin)
            return nil
        }
        var flow = try row.flow(of: line)
        let isRefused = kind.isEqual(to: "deny") || kind.isEqual(to: "drop")
        if isRefused || FirewallAction.isRefusal(row.text(.action, of: line)) { flow.state = .rejected }
        flow.application = row.name(.application, of: line, &batch)
        if flow.application != .none { batch.nameKinds.insert(.application) }
        return flow
    }
}
