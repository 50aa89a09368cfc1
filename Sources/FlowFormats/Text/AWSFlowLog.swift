import FlowModel

/// `aws`: VPC flow logs of Amazon, versions 2 to 5, columns in any order.
///
/// With the header that files in S3 have, or as a table of Athena (also with its older names); without a header the fourteen columns of version 2, also with the time that an
/// export of CloudWatch puts before them. A record is one way of a connection over the aggregation interval (1 or 10
/// minutes). `pkt-srcaddr` and `pkt-dstaddr` win over the interface's addresses. In no order of time.
public struct AWSFlowLogReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "aws", summary: "VPC flow logs of Amazon, versions 2 to 5", order: .unsorted, splitsAtNewlines: true,
        isOneWay: true)

    static let names = ColumnNames([
        ("version", .marker), ("account-id", .marker), ("interface-id", .marker), ("account", .marker),
        ("account_id", .marker), ("interface_id", .marker), ("interfaceid", .marker),
        ("srcaddr", .source), ("dstaddr", .destination), ("start", .start), ("end", .end),
        ("srcport", .sourcePort), ("dstport", .destinationPort),
        ("protocol", .transport), ("packets", .packetsSent), ("bytes", .bytesSent),
        ("action", .action), ("log-status", .status), ("tcp-flags", .flagsSent), ("pkt-srcaddr", .packetSource),
        ("pkt-dstaddr", .packetDestination),
        ("sourceaddress", .source), ("destinationaddress", .destination), ("starttime", .start), ("endtime", .end),
        ("sourceport", .sourcePort), ("destinationport", .destinationPort), ("numpackets", .packetsSent),
        ("numbytes", .bytesSent), ("logstatus", .status), ("log_status", .status), ("tcp_flags", .flagsSent),
        ("pkt_srcaddr", .packetSource), ("pkt_dstaddr", .packetDestination),
    ])
    static let delimiters = [UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "\t")]
    static let signature = ColumnSet(.source, .destination)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() { row.delimiter = UInt8(ascii: " ") }

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.headerLine
        if let (columns, delimiter) = header(line) {
            let isLog = delimiter == 0x20 || columns.columns.contains(.marker) && columns.columns.contains(.start)
            return isLog && !missing(in: columns.columns).contains(.source) && columns.count > 4
        }
        guard let columns = columnsWithoutHeader(line) else { return false }
        var reader = AWSFlowLogReader()
        reader.row.columns = columns
        var batch = FlowBatch()
        try? reader.readLine(line, number: 1, into: &batch)
        return batch.flows.count + batch.skipped.total == 1
    }

    static func missing(in columns: ColumnSet) -> ColumnSet {
        var present = columns
        if columns.contains(.packetSource) { present.insert(ColumnSet(.source)) }
        if columns.contains(.packetDestination) { present.insert(ColumnSet(.destination)) }
        return ColumnSet(.start, .transport, .bytesSent, .source, .destination).subtracting(present)
    }

    /// The fourteen columns of version 2. Before the addresses stand version, account and interface, before these the
    /// time of CloudWatch.
    static func columnsWithoutHeader(_ line: Span<UInt8>) -> ColumnMap? {
        var blanks = 0
        for index in line.indices where line[index] == 0x20 { blanks += 1 }
        guard blanks == 13 || blanks == 14 else { return nil }
        return ColumnMap(
            Array(repeating: nil, count: blanks - 10) + [
                .source, .destination, .sourcePort, .destinationPort, .transport, .packetsSent, .bytesSent, .start,
                .end, .action, .status,
            ])
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        let status = row.text(.status, of: line)
        if status.isEqual(to: "NODATA") || status.isEqual(to: "SKIPDATA") {
            batch.skipped.count(.noData)
            return nil
        }
        let start = try row.time(.start, of: line)
        let duration = try row.duration(of: line, from: start)
        let source = try row.address(isUnset(.packetSource, line) ? .source : .packetSource, of: line)
        let destination = try row.address(
            isUnset(.packetDestination, line) ? .destination : .packetDestination, of: line)
        if row.transport(of: line) == nil { throw FieldError(.unknownProtocol) }
        var flow = try row.flow(of: line, from: source, to: destination, start: start, duration: duration)
        if flow.transport == .tcp, !isUnset(.flagsSent, line) {
            flow.flagsSent = try row.flags(.flagsSent, of: line)
            // Of a packet that opens or ends nothing no flags are recorded.
            if flow.flagsSent == 0 { flow.traits.insert(.isMidstream) }
        }
        if FirewallAction.isRefusal(row.text(.action, of: line)) { flow.state = .rejected }
        return flow
    }

    private func isUnset(_ column: Column, _ line: Span<UInt8>) -> Bool {
        Field.isNothing(row.fields.field(column, of: line))
    }
}
