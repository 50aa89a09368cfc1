public import FlowModel

/// `aws`: VPC flow logs of Amazon, versions 2 to 5, columns in any order.
///
/// With the header that files in S3 have; without one the fourteen columns of version 2, also with the time that an
/// export of CloudWatch puts before them. A record is one way of a connection over the aggregation interval (1 or 10
/// minutes). `pkt-srcaddr` and `pkt-dstaddr` win over the interface's addresses. In no order of time.
public struct AWSFlowLogReader: LineReader {
    public static let format = FlowFormat(
        name: "aws", summary: "VPC flow logs of Amazon, versions 2 to 5", order: .unsorted, splitsAtNewlines: true,
        isOneWay: true)

    enum Column: Int, CaseIterable, Sendable {
        case source, destination, sourcePort, destinationPort, transport, packets, bytes, start, end, action, status
        case flags, packetSource, packetDestination
    }
    private static let names: [(StaticString, Column?)] = [
        ("srcaddr", .source), ("dstaddr", .destination), ("srcport", .sourcePort), ("dstport", .destinationPort),
        ("protocol", .transport), ("packets", .packets), ("bytes", .bytes), ("start", .start), ("end", .end),
        ("action", .action), ("log-status", .status), ("tcp-flags", .flags), ("pkt-srcaddr", .packetSource),
        ("pkt-dstaddr", .packetDestination), ("version", nil), ("account-id", nil), ("interface-id", nil),
    ]

    public var isSkippingLine = false
    public var needsHeader: Bool { !hasHeader }
    private var map = ColumnMap<Column>()
    private var hasHeader = false

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.extracting(0..<(head.firstNewline(from: 0) ?? head.count)).withoutReturn
        if isHeader(line) { return true }
        var reader = AWSFlowLogReader()
        var batch = FlowBatch()
        guard reader.takeDefault(line) else { return false }
        try? reader.readLine(line, number: 1, into: &batch)
        return batch.flows.count + batch.skipped.total == 1
    }

    private static func isHeader(_ line: Span<UInt8>) -> Bool {
        line.count < 4096 && (line.contains("srcaddr") || line.contains("interface-id"))
            && line.first(0x2c, from: 0) == nil
            && (line.contains("log-status") || line.contains("dstaddr"))
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        guard Self.isHeader(line) else {
            if !hasHeader { _ = takeDefault(line) }
            return false
        }
        map = ColumnMap()
        var place = 0
        var start = 0
        for index in 0...line.count where index == line.count || line[index] == 0x20 {
            // `${srcaddr}` stands in the console's own form.
            var name = line.extracting(start..<index).trimmed
            if name.count > 3, name[0] == UInt8(ascii: "$") { name = name.extracting(2..<name.count - 1) }
            for (known, column) in Self.names {
                if let column, name.isEqual(to: known) { map.set(column, at: place) }
            }
            place += 1
            start = index + 1
        }
        let needed: [(Column, String)] = [(.start, "start"), (.transport, "protocol"), (.bytes, "bytes")]
        var missing = needed.filter { !map.has($0.0) }.map(\.1)
        if !map.has(.source) && !map.has(.packetSource) { missing.append("srcaddr") }
        if !map.has(.destination) && !map.has(.packetDestination) { missing.append("dstaddr") }
        guard missing.isEmpty else { throw .missingColumns(missing, line: number) }
        hasHeader = true
        return true
    }

    /// The columns of version 2 for a first line that is a row. Returns: whether it may be one.
    private mutating func takeDefault(_ line: Span<UInt8>) -> Bool {
        let order: [Column] = [
            .source, .destination, .sourcePort, .destinationPort, .transport, .packets, .bytes, .start, .end, .action,
            .status,
        ]
        var blanks = 0
        for index in line.indices where line[index] == 0x20 { blanks += 1 }
        guard blanks == 13 || blanks == 14 else { return false }
        // Before the addresses stand version, account and interface, before these the time of CloudWatch.
        for (place, column) in order.enumerated() { map.set(column, at: place + blanks - 10) }
        hasHeader = true
        return true
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if !hasHeader || Self.startsLikeHeader(line), try takeDirective(line, number: number) { return }
        guard hasHeader else { throw .malformed("neither a header nor the 14 columns of version 2", line: number) }
        guard map.split(line, at: 0x20) >= map.width else {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        let status = map.field(.status, of: line)
        if status.isEqual(to: "NODATA") || status.isEqual(to: "SKIPDATA") {
            batch.skipped.count(.noData)
            return
        }
        var field = FieldName.time
        var column = Column.start
        do throws(FieldError) {
            let start = try Field.nanoseconds(map.field(.start, of: line), orElse: .badTime)
            (field, column) = (.duration, .end)
            let end =
                Self.isUnset(map.field(.end, of: line))
                ? start
                : try Field.nanoseconds(
                    map.field(.end, of: line), orElse: .badTime)
            let (duration, overflow) = end.subtractingReportingOverflow(start)
            (field, column) = (.source, Self.isUnset(map.field(.packetSource, of: line)) ? .source : .packetSource)
            let source = try Field.address(map.field(column, of: line))
            (field, column) = (
                .destination, Self.isUnset(map.field(.packetDestination, of: line)) ? .destination : .packetDestination
            )
            let destination = try Field.address(map.field(column, of: line))
            (field, column) = (.sourcePort, .sourcePort)
            let sourcePort = Self.isUnset(map.field(column, of: line)) ? 0 : try Field.port(map.field(column, of: line))
            (field, column) = (.destinationPort, .destinationPort)
            let port = Self.isUnset(map.field(column, of: line)) ? 0 : try Field.port(map.field(column, of: line))
            (field, column) = (.transport, .transport)
            guard let transport = Transport(text: map.field(column, of: line)) else {
                throw FieldError(.unknownProtocol)
            }
            (field, column) = (.packets, .packets)
            let packets =
                Self.isUnset(map.field(column, of: line)) ? 0 : try Field.unsigned(map.field(column, of: line))
            (field, column) = (.bytesSent, .bytes)
            let sent = try Field.unsigned(map.field(column, of: line))
            var flow = Flow(
                source: source, destination: destination, start: Timestamp(nanoseconds: start),
                duration: overflow ? 0 : max(0, duration), transport: transport, sourcePort: sourcePort,
                destinationPort: port, bytesSent: sent, packetsSent: packets)
            (field, column) = (.row, .flags)
            if transport == .tcp, !Self.isUnset(map.field(column, of: line)) {
                flow.flagsSent = UInt8(truncatingIfNeeded: try Field.unsigned(map.field(column, of: line)))
                // Of a packet that opens or ends nothing no flags are recorded.
                if flow.flagsSent == 0 { flow.traits.insert(.isMidstream) }
            }
            if map.field(.action, of: line).isEqual(to: "REJECT") { flow.state = .rejected }
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: map.field(column, of: line))
        }
    }

    /// Files joined to one repeat their header.
    private static func startsLikeHeader(_ line: Span<UInt8>) -> Bool {
        (line[0] >= 0x61 && line[0] <= 0x7a || line[0] == UInt8(ascii: "$")) && isHeader(line)
    }

    private static func isUnset(_ text: Span<UInt8>) -> Bool {
        text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "-")
    }
}
