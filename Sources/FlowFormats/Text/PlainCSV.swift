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
        var fields = CommaFields()
        var field = FieldName.time
        do throws(FieldError) {
            let first = try fields.next(of: line)
            let start: Timestamp
            if first.count >= 19, first[4] == UInt8(ascii: "-") || first[4] == UInt8(ascii: "/") {
                start = try times.parse(first)
            } else {
                start = Timestamp(nanoseconds: try Field.nanoseconds(first, orElse: .badTime))
            }
            field = .transport
            let named = try fields.next(of: line)
            if named.isEmpty { throw FieldError(.unknownProtocol) }
            let transport = Transport(text: named) ?? .unknown
            field = .state
            let state = PlainState.state(try fields.next(of: line))
            field = .source
            let source = try Field.address(try fields.next(of: line))
            field = .sourcePort
            let sourcePort = try Field.port(try fields.next(of: line))
            field = .destination
            let destination = try Field.address(try fields.next(of: line))
            field = .destinationPort
            let destinationPort = try Field.port(try fields.next(of: line))
            field = .bytesSent
            let sent = try Field.unsigned(try fields.next(of: line))
            field = .bytesReceived
            let received = try Field.unsigned(try fields.next(of: line))
            batch.flows.append(
                Flow(
                    source: source, destination: destination, start: start, transport: transport, state: state,
                    sourcePort: sourcePort, destinationPort: destinationPort, bytesSent: sent,
                    bytesReceived: received))
        } catch {
            reject(line, error, field: field, excerpt: fields.current(of: line), number: number, into: &batch)
        }
    }

    /// The longest row read word by word: fields of at most 15 characters, 45 of an IPv6 address, and the time.
    private static let usualLength = 192

    public mutating func readUsualLine(
        _ bytes: Span<UInt8>, from start: Int, into batch: inout FlowBatch
    ) -> Int? {
        guard bytes.count &- start >= Self.usualLength + WordFields.reach else { return nil }
        let words = WordFields(bytes)
        let comma = UInt8(ascii: ",")
        let protocolStart = start &+ 20
        guard words.byte(protocolStart &- 1) == comma, words.byte(start) &- 0x30 < 10,
            let time = try? times.parse(bytes.extracting(start..<start &+ 19)),
            let protocolEnd = words.comma(from: protocolStart), protocolEnd > protocolStart,
            let transport = Transport(text: bytes.extracting(protocolStart..<protocolEnd)),
            let stateEnd = words.comma(from: protocolEnd &+ 1), words.byte(stateEnd &- 1) > UInt8(ascii: "\""),
            words.byte(protocolEnd &+ 1) > UInt8(ascii: "\""),
            let source = Self.address(bytes, words, at: stateEnd &+ 1), words.byte(source.end) == comma,
            let sourcePort = words.number(at: source.end &+ 1), sourcePort.value <= 65_535,
            sourcePort.end &- source.end <= 6, words.byte(sourcePort.end) == comma,
            let destination = Self.address(bytes, words, at: sourcePort.end &+ 1),
            words.byte(destination.end) == comma,
            let port = words.number(at: destination.end &+ 1), port.value <= 65_535,
            port.end &- destination.end <= 6, words.byte(port.end) == comma,
            let sent = words.number(at: port.end &+ 1), words.byte(sent.end) == comma,
            let received = words.number(at: sent.end &+ 1), words.byte(received.end) == UInt8(ascii: "\n")
        else { return nil }
        batch.flows.append(
            Flow(
                source: source.address, destination: destination.address, start: time, transport: transport,
                state: PlainState.state(bytes.extracting(protocolEnd &+ 1..<stateEnd)),
                sourcePort: UInt16(truncatingIfNeeded: sourcePort.value),
                destinationPort: UInt16(truncatingIfNeeded: port.value), bytesSent: sent.value,
                bytesReceived: received.value))
        return received.end &+ 1
    }

    /// The address at `position`, and where it ends.
    @inline(__always)
    private static func address(
        _ bytes: Span<UInt8>, _ words: borrowing WordFields, at position: Int
    ) -> (address: IPAddress, end: Int)? {
        if let (address, end) = words.addressV4(at: position) { return (IPAddress(v4: address), end) }
        // The longest is 45 characters; a comma farther off is another field's.
        var end = position
        while end &- position <= 45, words.byte(end) != UInt8(ascii: ",") { end &+= 1 }
        guard let address = IPAddress(text: bytes.extracting(position..<end)) else { return nil }
        return (address, end)
    }

    @inline(never)
    private func reject(
        _ line: Span<UInt8>, _ error: FieldError, field: FieldName, excerpt: Span<UInt8>, number: Int,
        into batch: inout FlowBatch
    ) {
        if isHeader(line) { return }
        // A row without its columns fails at whatever stands in the wrong place: say what is missing instead.
        var commas = 0
        for index in line.indices where line[index] == UInt8(ascii: ",") { commas += 1 }
        if line.first(0, from: 0) != nil {
            batch.reject(.nulByte, field: .row, line: number, excerpt: line)
        } else if commas < 8 {
            batch.reject(.tooFewFields, field: .row, line: number, excerpt: line)
        } else {
            batch.reject(error.reason, field: field, line: number, excerpt: excerpt)
        }
    }

    private func isHeader(_ line: Span<UInt8>) -> Bool { line.count < 256 && line.contains("src_ip") }
}

/// The fields of a line, one after the other; blanks and quotes around a field are left off.
struct CommaFields {
    private var start = 0
    private var end = -1

    /// The next field. Throws: `.tooFewFields` behind the last one.
    @_lifetime(copy line)
    mutating func next(of line: Span<UInt8>) throws(FieldError) -> Span<UInt8> {
        start = end &+ 1
        let count = line.count
        if start > count { throw FieldError(.tooFewFields) }
        var index = start
        // A comma between quotes is part of the field; quotes that never close are text.
        if start < count, line[start] == UInt8(ascii: "\""), let quote = line.first(UInt8(ascii: "\""), from: start + 1)
        {
            index = quote
        }
        while index < count, line[index] != UInt8(ascii: ",") { index &+= 1 }
        end = index
        if start < end, line[start] <= UInt8(ascii: "\"") || line[end &- 1] <= UInt8(ascii: "\"") {
            return Self.bare(line.extracting(start..<end))
        }
        return line.extracting(start..<end)
    }

    /// Whether there is a field behind the last one.
    func hasNext(of line: Span<UInt8>) -> Bool { end < line.count }

    /// The field last taken.
    @_lifetime(copy line)
    func current(of line: Span<UInt8>) -> Span<UInt8> {
        start <= end && end <= line.count ? line.extracting(start..<end) : line.extracting(0..<0)
    }

    @_lifetime(copy field)
    private static func bare(_ field: Span<UInt8>) -> Span<UInt8> {
        var low = 0
        var high = field.count
        while low < high, field[low] == 0x20 || field[low] == UInt8(ascii: "\"") { low += 1 }
        while high > low, field[high - 1] == 0x20 || field[high - 1] == UInt8(ascii: "\"") { high -= 1 }
        return field.extracting(low..<high)
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
