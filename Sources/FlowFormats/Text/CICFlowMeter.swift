import FlowModel

/// `cicflowmeter`: the tables of CICFlowMeter, of 2017, 2018 and today, and of its Python port.
///
/// Durations are microseconds; in a date with slashes the day stands first. Bytes are those of payloads, so packets tell
/// whether something came back. In no order of time.
public struct CICFlowMeterReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "cicflowmeter", summary: "CICFlowMeter, CSV", order: .unsorted, splitsAtNewlines: true)

    static let names = ColumnNames([
        ("Timestamp", .start), ("Src IP", .source), ("Source IP", .source), ("src_ip", .source),
        ("Dst IP", .destination),
        ("Destination IP", .destination), ("dst_ip", .destination), ("Src Port", .sourcePort),
        ("Source Port", .sourcePort), ("src_port", .sourcePort), ("Dst Port", .destinationPort),
        ("Destination Port", .destinationPort), ("dst_port", .destinationPort), ("Protocol", .transport),
        ("Flow Duration", .duration), ("flow_duration", .duration),
        ("Total Fwd Packet", .packetsSent), ("Total Fwd Packets", .packetsSent), ("Tot Fwd Pkts", .packetsSent),
        ("tot_fwd_pkts", .packetsSent), ("Total Bwd packets", .packetsReceived),
        ("Total Backward Packets", .packetsReceived), ("Tot Bwd Pkts", .packetsReceived),
        ("tot_bwd_pkts", .packetsReceived), ("Total Length of Fwd Packet", .bytesSent),
        ("Total Length of Fwd Packets", .bytesSent), ("TotLen Fwd Pkts", .bytesSent), ("totlen_fwd_pkts", .bytesSent),
        ("Total Length of Bwd Packet", .bytesReceived), ("Total Length of Bwd Packets", .bytesReceived),
        ("TotLen Bwd Pkts", .bytesReceived), ("totlen_bwd_pkts", .bytesReceived),
        ("RST Flag Count", .status), ("RST Flag Cnt", .status), ("rst_flag_cnt", .status), ("Label", .label),
        ("id", .marker), ("Flow ID", .marker),
    ])
    static let signature = ColumnSet(.start, .source, .destination, .duration, .packetsSent, .bytesSent)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() {
        row.durationScale = 3
        row.allowsNegativeDuration = true
        row.times.isDayFirst = true
    }

    static func missing(in columns: ColumnSet) -> ColumnSet { signature.subtracting(columns) }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        var flow = try row.flow(of: line)
        let wasReset = row.has(.status) ? try row.count(.status, of: line) > 0 : false
        if flow.packetsReceived == 0 {
            flow.state = flow.transport == .tcp ? .attempted : .unknown
        } else if flow.transport == .tcp, wasReset, flow.bytes == 0, flow.packetsSent <= 2 {
            flow.state = .rejected
        } else {
            flow.state = .established
        }
        flow.label = row.label(of: line, &batch)
        return flow
    }
}
