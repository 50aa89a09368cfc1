import FlowModel

/// `silk`: what SiLK's `rwcut` prints, columns between bars or as told by `--delimited`.
///
/// A record is one way of a connection. By end, up to the active timeout late by start.
public struct SilkReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "silk", summary: "SiLK, as rwcut prints it", order: .byEnd(lateness: 3_600_000_000_000),
        splitsAtNewlines: true, isOneWay: true)

    static let names = ColumnNames([
        ("sTime", .start), ("sTime+msec", .start), ("sIP", .source), ("dIP", .destination), ("sPort", .sourcePort),
        ("dPort", .destinationPort), ("protocol", .transport), ("pro", .transport), ("bytes", .bytesSent),
        ("packets", .packetsSent), ("flags", .flagsSent), ("duration", .duration), ("dur", .duration),
        ("dur+msec", .duration), ("durat", .duration), ("durat+msec", .duration), ("eTime", .end), ("eTime+msec", .end),
        ("iTy", .icmpType), ("iType", .icmpType), ("iCo", .icmpCode), ("iCode", .icmpCode),
    ])
    static let delimiters = [UInt8(ascii: "|"), UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), 0x20]
    static let signature = ColumnSet(.source, .destination)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.headerLine
        guard line.contains("sIP"), line.contains("dIP"), let (columns, _) = header(line) else { return false }
        return columns.columns.isSuperset(of: signature) && columns.count > 3
    }

    static func missing(in columns: ColumnSet) -> ColumnSet {
        ColumnSet(.start, .source, .destination, .transport, .bytesSent).subtracting(columns)
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        var flow = try row.flow(of: line)
        if row.has(.icmpType), flow.transport == .icmp || flow.transport == .icmpV6 {
            flow.destinationPort = try row.icmpTypeAndCode(of: line)
        }
        if flow.transport == .tcp { flow.flagsSent = try row.flags(.flagsSent, of: line) }
        return flow
    }
}
