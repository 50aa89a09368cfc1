public import FlowModel

/// `plain-csv`: the second seed's nine columns without a header.
///
/// `ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx`, the time as `2019-09-30 10:00:07` or in
/// seconds since 1970; sorted by start. Further columns are ignored, a line of the column names is passed over, a
/// state we do not know is `unknown`.
public struct PlainCSVReader: LineReader, RowReader {
    public static let format = FlowFormat(
        name: "plain-csv", summary: "nine columns: ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx",
        order: .byStart, splitsAtNewlines: true)

    public var isSkippingLine = false
    var row = RowCursor()
    private var times = CivilTimeParser()

    public init() {
        row.isQuoted = true
        row.columns = ColumnMap([
            .start, .transport, .state, .source, .sourcePort, .destination, .destinationPort, .bytesSent,
            .bytesReceived,
        ])
    }

    /// By the shape of the rows alone, so only what no other reader takes, and only where each column of most rows is what
    /// it should be; or by exactly these names.
    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        if hasOwnHeader(head) { return true }
        guard !FormatCatalog.special.contains(where: { $0.recognizes(head) }), !CSVReader.recognizes(head) else {
            return false
        }
        var reader = PlainCSVReader()
        var start = head.byteOrderMarkLength
        var lines = 0
        var rows = 0
        while lines < 20, start < head.count {
            let end = head.firstNewline(from: start) ?? head.count
            let line = head.extracting(start..<end).withoutReturn
            start = end + 1
            guard !line.isEmpty, end < head.count || lines == 0 else { continue }
            lines += 1
            if reader.isPlausible(line) { rows += 1 }
        }
        return rows * 2 > lines
    }

    /// Whether the first line has the names of the nine columns.
    static func hasOwnHeader(_ head: Span<UInt8>) -> Bool {
        head.firstLine.begins(with: "ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx")
    }

    private mutating func isPlausible(_ line: Span<UInt8>) -> Bool {
        guard line.count < 4096, row.split(line) >= row.columns.width,
            Transport(text: row.text(.transport, of: line)) != nil
        else { return false }
        let state = row.text(.state, of: line)
        guard Field.isNothing(state) || PlainState.known(state) != nil else { return false }
        for column in [Column.sourcePort, .destinationPort, .bytesSent, .bytesReceived]
        where Field.digits(row.text(column, of: line)) == nil { return false }
        return (try? row.flow(of: line)) != nil
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if Self.isHeader(line) { return }
        takeDelimited(line, places: row.columns.width, number: number, into: &batch)
    }

    private static func isHeader(_ line: Span<UInt8>) -> Bool {
        line[0] &- 0x30 > 9 && line.count < 256 && line.contains("src_ip")
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        if row.text(.transport, of: line).isEmpty { throw FieldError(.unknownProtocol) }
        var flow = try row.flow(of: line)
        flow.state = PlainState.state(row.text(.state, of: line))
        return flow
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
            let transport = Transport(text: bytes.extracting(protocolStart..<protocolEnd)), transport.mayHavePorts,
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
}
