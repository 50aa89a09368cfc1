public import FlowModel

/// `plain-csv`: the second seed's nine columns without a header.
///
/// `ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx`, the time as `2019-09-30 10:00:07` or in
/// seconds since 1970; sorted by start. Further columns are ignored, a line of the column names is passed over, a
/// state we do not know is `unknown`.
public struct PlainCSVReader: LineReader {
    public static let format = FlowFormat(
        name: "plain-csv", summary: "nine columns: ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx",
        order: .byStart, splitsAtNewlines: true)

    public var isSkippingLine = false
    private var times = CivilTimeParser()
    private var columns = PlainColumns()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        var reader = PlainCSVReader()
        var batch = FlowBatch()
        var start = 0
        var tries = 0
        while tries < 20, start < head.count {
            let end = head.firstNewline(from: start) ?? head.count
            if end > start, end - start < 4096 {
                let line = head.extracting(start..<end)
                tries += 1
                try? reader.readLine(line, number: tries, into: &batch)
            }
            start = end + 1
        }
        return !batch.flows.isEmpty
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        guard columns.split(line) else {
            if isHeader(line) { return }
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        var field = FieldName.time
        var place = 0
        do throws(FieldError) {
            let first = columns.field(0, of: line)
            let start: Timestamp
            if first.count >= 19, first[4] == UInt8(ascii: "-") || first[4] == UInt8(ascii: "/") {
                start = try times.parse(first)
            } else {
                start = Timestamp(nanoseconds: try Field.nanoseconds(first, orElse: .badTime))
            }
            (field, place) = (.transport, 1)
            let named = columns.field(1, of: line)
            if named.isEmpty { throw FieldError(.unknownProtocol) }
            let transport = Transport(text: named) ?? .unknown
            (field, place) = (.source, 3)
            let source = try Field.address(columns.field(3, of: line))
            (field, place) = (.sourcePort, 4)
            let sourcePort = try Field.port(columns.field(4, of: line))
            (field, place) = (.destination, 5)
            let destination = try Field.address(columns.field(5, of: line))
            (field, place) = (.destinationPort, 6)
            let destinationPort = try Field.port(columns.field(6, of: line))
            (field, place) = (.bytesSent, 7)
            let sent = try Field.unsigned(columns.field(7, of: line))
            (field, place) = (.bytesReceived, 8)
            let received = try Field.unsigned(columns.field(8, of: line))
            batch.flows.append(
                Flow(
                    source: source, destination: destination, start: start, transport: transport,
                    state: PlainState.state(columns.field(2, of: line)), sourcePort: sourcePort,
                    destinationPort: destinationPort, bytesSent: sent, bytesReceived: received))
        } catch {
            if isHeader(line) { return }
            let excerpt = columns.field(place, of: line)
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: excerpt)
        }
    }

    private func isHeader(_ line: Span<UInt8>) -> Bool { line.count < 256 && line.contains("src_ip") }
}

/// Where the nine fields of a line begin and end.
struct PlainColumns: Sendable {
    private var starts: InlineArray<9, Int32> = InlineArray(repeating: 0)
    private var ends: InlineArray<9, Int32> = InlineArray(repeating: 0)

    /// Finds the fields. Returns: whether there are nine or more.
    mutating func split(_ line: Span<UInt8>) -> Bool {
        var column = 0
        var start = 0
        let count = line.count
        for index in 0..<count where line[index] == UInt8(ascii: ",") {
            set(column, start, index, line)
            column &+= 1
            start = index &+ 1
            if column == 9 { return true }
        }
        guard column == 8 else { return false }
        set(8, start, count, line)
        return true
    }

    /// Notes a field, without the quotes around it.
    private mutating func set(_ column: Int, _ start: Int, _ end: Int, _ line: Span<UInt8>) {
        var low = start
        var high = end
        while low < high, line[low] == 0x20 || line[low] == UInt8(ascii: "\"") { low &+= 1 }
        while high > low, line[high &- 1] == 0x20 || line[high &- 1] == UInt8(ascii: "\"") { high &-= 1 }
        starts[column] = Int32(truncatingIfNeeded: low)
        ends[column] = Int32(truncatingIfNeeded: high)
    }

    @_lifetime(copy line)
    func field(_ column: Int, of line: Span<UInt8>) -> Span<UInt8> {
        line.extracting(Int(starts[column])..<Int(ends[column]))
    }
}

/// The words for connection states, ours first.
enum PlainState {
    private static let words: [(StaticString, ConnectionState)] = [
        ("New", .attempted), ("Established", .established), ("Closed", .closed), ("Reset", .reset),
        ("Rejected", .rejected), ("Closing", .closing), ("Connecting", .attempted), ("Attempted", .attempted),
        ("Attempt", .attempted), ("Open", .established), ("Opened", .established), ("Opening", .attempted),
        ("Connected", .established), ("Active", .established), ("Refused", .rejected), ("Denied", .rejected),
        ("Unanswered", .attempted), ("Timeout", .attempted), ("Finished", .closed), ("Close", .closed),
        ("Aborted", .reset), ("syn_sent", .attempted), ("syn-sent", .attempted), ("syn", .attempted),
        ("syn_recv", .attempted), ("syn_received", .attempted), ("est", .established), ("fin", .closed),
        ("fin_wait", .closing), ("fin_wait1", .closing), ("fin_wait2", .closing), ("close_wait", .closing),
        ("last_ack", .closing), ("time_wait", .closed), ("rst", .reset), ("unreplied", .attempted),
        ("assured", .established), ("replied", .established),
    ]

    /// The state a word stands for, case aside.
    static func state(_ word: Span<UInt8>) -> ConnectionState {
        for (text, state) in words where word.isEqual(to: text) { return state }
        return .unknown
    }

    /// The word for a state.
    static func word(_ state: ConnectionState) -> StaticString {
        switch state {
        case .unknown: "Unknown"
        case .attempted: "New"
        case .rejected: "Rejected"
        case .established: "Established"
        case .closing: "Closing"
        case .closed: "Closed"
        case .reset: "Reset"
        }
    }
}

/// Writes `plain-csv`; times to the second.
public struct PlainCSVWriter: FlowWriter {
    public static let format = PlainCSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "-"))
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {}

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let comma = UInt8(ascii: ",")
        times.append(flow.start, decimals: 0, to: &bytes)
        bytes.append(comma)
        bytes.append(contentsOf: flow.transport.description.utf8)
        bytes.append(comma)
        bytes.append(PlainState.word(flow.state))
        bytes.append(comma)
        flow.source.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(comma)
        flow.destination.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(comma)
        bytes.append(decimal: flow.bytesSent)
        bytes.append(comma)
        bytes.append(decimal: flow.bytesReceived)
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
