public import FlowModel

/// `suricata-eve`: the flow events of Suricata's eve.json, an object a line.
///
/// Events of other kinds are skipped; `netflow` events too, which say the same of each way again. In no order: a flow is
/// logged once it times out, and those of a capture file at its end, as they lie in a table.
public struct SuricataEVEReader: LineReader, JSONLineReader {
    public static let format = FlowFormat(
        name: "suricata-eve", summary: "flow events of Suricata's eve.json",
        order: .unsorted, splitsAtNewlines: true)

    enum Column: Int, CaseIterable, Sendable {
        case event, source, sourcePort, destination, destinationPort, transport, application, start, end
        case packetsSent, packetsReceived, bytesSent, bytesReceived, state, flagsSent, flagsReceived
        case icmpType, icmpCode
    }
    private static let names = JSONNames<Column>([
        ("event_type", .event), ("src_ip", .source), ("src_port", .sourcePort), ("dest_ip", .destination),
        ("dest_port", .destinationPort), ("proto", .transport), ("icmp_type", .icmpType), ("icmp_code", .icmpCode),
        ("app_proto", .application),
    ])
    private static let flowNames = JSONNames<Column>([
        ("pkts_toserver", .packetsSent), ("pkts_toclient", .packetsReceived), ("bytes_toserver", .bytesSent),
        ("bytes_toclient", .bytesReceived), ("start", .start), ("end", .end), ("state", .state),
    ])
    private static let tcpNames = JSONNames<Column>([("tcp_flags_ts", .flagsSent), ("tcp_flags_tc", .flagsReceived)])

    public var isSkippingLine = false
    var record = FieldPlaces<Column>()
    var unescaped: [UInt8] = []
    private var times = CivilTimeParser()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        JSONFirstLine.isObject(head) && head.contains("\"event_type\"") && head.contains("\"src_ip\"")
            && head.contains("\"dest_ip\"")
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        readObject(line, number: number, into: &batch)
    }

    mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop) {
        try members(bytes, &cursor, Self.names, depth: 1)
    }

    private mutating func members(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, _ names: JSONNames<Column>, depth: Int
    ) throws(JSONStop) {
        var guess = 0
        var key: JSONValue?
        while let next = try cursor.key(after: key, bytes) {
            key = next
            let name = bytes.extracting(next.start..<next.end)
            if depth == 1, name.isEqual(to: "flow"), try cursor.enters(bytes) {
                try members(bytes, &cursor, Self.flowNames, depth: 2)
                continue
            }
            if depth == 1, name.isEqual(to: "tcp"), try cursor.enters(bytes) {
                try members(bytes, &cursor, Self.tcpNames, depth: 2)
                continue
            }
            let value = try cursor.value(bytes, depth: depth)
            if let column = names.column(name, guess: &guess) { record.set(column, value) }
        }
    }

    mutating func append(
        _ fields: FieldPlaces<Column>, of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch
    ) {
        guard fields.field(.event, of: bytes).isEqual(to: "flow") else {
            if fields.isSet(.event) {
                batch.skipped.count(.otherEvent)
            } else {
                batch.reject(.missingField, field: .row, line: line, excerpt: bytes)
            }
            return
        }
        let needed: [(Column, FieldName)] = [
            (.start, .time), (.source, .source), (.destination, .destination), (.transport, .transport),
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
            let source = try Field.address(fields.field(.source, of: bytes))
            (field, column) = (.destination, .destination)
            let destination = try Field.address(fields.field(.destination, of: bytes))
            var flow = Flow(
                source: source, destination: destination, start: start, duration: overflow ? 0 : max(0, duration),
                transport: Transport(text: fields.field(.transport, of: bytes)) ?? .unknown)
            (field, column) = (.sourcePort, .sourcePort)
            if fields.isSet(.sourcePort) { flow.sourcePort = try Field.port(fields.field(.sourcePort, of: bytes)) }
            (field, column) = (.destinationPort, .destinationPort)
            if fields.isSet(.destinationPort) {
                flow.destinationPort = try Field.port(fields.field(.destinationPort, of: bytes))
            } else if fields.isSet(.icmpType) {
                column = .icmpType
                let type = try Field.unsigned(fields.field(.icmpType, of: bytes))
                column = .icmpCode
                let code = fields.isSet(.icmpCode) ? try Field.unsigned(fields.field(.icmpCode, of: bytes)) : 0
                guard type < 256, code < 256 else { throw FieldError(.numberTooLarge) }
                flow.destinationPort = UInt16(type << 8 | code)
            }
            (field, column) = (.bytesSent, .bytesSent)
            flow.bytesSent = try Self.count(fields.field(column, of: bytes))
            (field, column) = (.bytesReceived, .bytesReceived)
            flow.bytesReceived = try Self.count(fields.field(column, of: bytes))
            (field, column) = (.packetsSent, .packetsSent)
            flow.packetsSent = try Self.count(fields.field(column, of: bytes))
            (field, column) = (.packetsReceived, .packetsReceived)
            flow.packetsReceived = try Self.count(fields.field(column, of: bytes))
            flow.flagsSent = Self.flags(fields.field(.flagsSent, of: bytes))
            flow.flagsReceived = Self.flags(fields.field(.flagsReceived, of: bytes))
            flow.state = Self.state(fields.field(.state, of: bytes), flow)
            flow.settleState()
            let application = fields.field(.application, of: bytes)
            if !application.isEmpty, !application.isEqual(to: "failed") {
                flow.application = batch.names.intern(application)
                batch.nameKinds.insert(.application)
            }
            batch.flows.append(flow)
        } catch {
            batch.reject(error.reason, field: field, line: line, excerpt: fields.field(column, of: bytes))
        }
    }

    private static func count(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        text.isEmpty ? 0 : try Field.unsigned(text)
    }

    /// Suricata's own view, for what has no flags. TCP is `new` until a SYN with ACK came: any other answer refused.
    private static func state(_ text: Span<UInt8>, _ flow: Flow) -> ConnectionState {
        if text.isEqual(to: "new") {
            return flow.packetsReceived == 0 ? .attempted : flow.transport == .tcp ? .rejected : .unknown
        }
        if text.isEqual(to: "established") { return .established }
        if text.isEqual(to: "closed") { return .closed }
        return .unknown
    }

    /// Two hexadecimal digits; 0 for anything else.
    private static func flags(_ text: Span<UInt8>) -> UInt8 {
        var value: UInt32 = 0
        for index in text.indices {
            guard index < 2, let digit = JSONEscape.digit(text[index]) else { return 0 }
            value = value << 4 | digit
        }
        return UInt8(truncatingIfNeeded: value)
    }
}
