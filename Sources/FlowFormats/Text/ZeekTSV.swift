public import FlowModel

/// `zeek`: conn.log as Zeek writes it, tab-separated with `#` directives.
///
/// Sorted by end, so a record comes up to its connection's length late. Columns in any order; extra ones are ignored.
/// A `label` column, also where Stratosphere joined `label` and `detailed-label` to the last one by blanks, is the label.
public struct ZeekTSVReader: LineReader {
    public static let format = FlowFormat(
        name: "zeek", summary: "Zeek conn.log, tab-separated with #fields",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    enum Column: Int, CaseIterable, Sendable {
        case time, source, sourcePort, destination, destinationPort, transport, service, duration, bytesSent
        case bytesReceived, state, history, packetsSent, packetsReceived, label, detail
    }

    public var isSkippingLine = false
    public static var directiveStart: UInt8? { UInt8(ascii: "#") }
    private var map = ColumnMap<Column>()
    private var hasHeader = false
    private var separator = UInt8(ascii: "\t")
    private var hasJoinedLabel = false
    private var labelText: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        guard head.count > 0, head[0] == UInt8(ascii: "#") else { return false }
        return head.contains("#fields") && head.contains("id.orig_h") && head.contains("id.resp_h")
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        guard line.count > 0, line[0] == UInt8(ascii: "#") else { return false }
        if line.count > 11, line.extracting(0..<11).isEqual(to: "#separator ") {
            takeSeparator(line.extracting(11..<line.count))
        } else if line.count > 8, line.extracting(0..<7).isEqual(to: "#fields") {
            try takeFields(line.extracting(8..<line.count), number: number)
        }
        return true
    }

    /// `\x09`, or the character itself.
    private mutating func takeSeparator(_ text: Span<UInt8>) {
        guard text.count == 4, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
            if text.count == 1 { separator = text[0] }
            return
        }
        var value: UInt8 = 0
        for index in 2..<4 {
            let byte = text[index] | 0x20
            let digit = byte &- 0x30 <= 9 ? byte &- 0x30 : byte &- 0x57
            guard digit < 16 else { return }
            value = value << 4 | digit
        }
        separator = value
    }

    private mutating func takeFields(_ text: Span<UInt8>, number: Int) throws(ReadError) {
        let names: [(StaticString, Column)] = [
            ("ts", .time), ("id.orig_h", .source), ("id.orig_p", .sourcePort), ("id.resp_h", .destination),
            ("id.resp_p", .destinationPort), ("proto", .transport), ("service", .service), ("duration", .duration),
            ("orig_bytes", .bytesSent), ("resp_bytes", .bytesReceived), ("conn_state", .state),
            ("history", .history), ("orig_pkts", .packetsSent), ("resp_pkts", .packetsReceived), ("label", .label),
            ("detailedlabel", .detail), ("detailed-label", .detail),
        ]
        map = ColumnMap()
        hasJoinedLabel = false
        var place = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == separator {
            let name = text.extracting(start..<index).trimmed
            for (known, column) in names where name.isEqual(to: known) { map.set(column, at: place) }
            if name.count > 14, name.extracting(0..<14).isEqual(to: "tunnel_parents"), name.contains("label") {
                map.set(.label, at: place)
                hasJoinedLabel = true
            }
            place += 1
            start = index + 1
        }
        let needed: [(Column, String)] = [
            (.time, "ts"), (.source, "id.orig_h"), (.sourcePort, "id.orig_p"), (.destination, "id.resp_h"),
            (.destinationPort, "id.resp_p"), (.transport, "proto"),
        ]
        let missing = needed.filter { !map.has($0.0) }.map(\.1)
        guard missing.isEmpty else { throw .missingColumns(missing, line: number) }
        hasHeader = true
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if line[0] == UInt8(ascii: "#"), try takeDirective(line, number: number) { return }
        guard hasHeader else { throw .malformed("rows before a #fields line", line: number) }
        let width = map.split(line, at: separator)
        guard width >= map.width || hasJoinedLabel && width >= map.width - 1 else {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        var field = FieldName.time
        var column = Column.time
        do throws(FieldError) {
            let start = Timestamp(nanoseconds: try Field.nanoseconds(map.field(.time, of: line), orElse: .badTime))
            (field, column) = (.source, .source)
            let source = try Field.address(map.field(.source, of: line))
            (field, column) = (.sourcePort, .sourcePort)
            let sourcePort = try Field.port(map.field(.sourcePort, of: line))
            (field, column) = (.destination, .destination)
            let destination = try Field.address(map.field(.destination, of: line))
            (field, column) = (.destinationPort, .destinationPort)
            let destinationPort = try Field.port(map.field(.destinationPort, of: line))
            (field, column) = (.duration, .duration)
            let length = map.field(.duration, of: line)
            let duration = Self.isUnset(length) ? 0 : try Field.duration(length)
            (field, column) = (.bytesSent, .bytesSent)
            let sent = try count(.bytesSent, of: line)
            (field, column) = (.bytesReceived, .bytesReceived)
            let received = try count(.bytesReceived, of: line)
            (field, column) = (.packetsSent, .packetsSent)
            let packetsSent = try count(.packetsSent, of: line)
            (field, column) = (.packetsReceived, .packetsReceived)
            let packetsReceived = try count(.packetsReceived, of: line)
            var flow = Flow(
                source: source, destination: destination, start: start, duration: duration,
                transport: Transport(text: map.field(.transport, of: line)) ?? .unknown,
                sourcePort: sourcePort, destinationPort: destinationPort, bytesSent: sent, bytesReceived: received,
                packetsSent: packetsSent, packetsReceived: packetsReceived)
            (flow.state, flow.traits) = ZeekState.state(map.field(.state, of: line))
            takeHistory(map.field(.history, of: line), into: &flow)
            takeNames(line, into: &flow, batch: &batch)
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: map.field(column, of: line))
        }
    }

    private static func isUnset(_ text: Span<UInt8>) -> Bool {
        text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "-") || text.isEqual(to: "(empty)")
    }

    private func count(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt64 {
        let text = map.field(column, of: line)
        return Self.isUnset(text) ? 0 : try Field.unsigned(text)
    }

    /// Upper case is the originator, lower case the responder; h is a SYN with ACK.
    private func takeHistory(_ text: Span<UInt8>, into flow: inout Flow) {
        for index in text.indices {
            let letter = text[index]
            if letter == UInt8(ascii: "h") {
                flow.flagsReceived |= TCPFlag.syn | TCPFlag.acknowledge
            } else if letter >= 0x61 && letter <= 0x7a {
                flow.flagsReceived |= TCPFlag.of(letter & ~0x20)
            } else {
                flow.flagsSent |= TCPFlag.of(letter)
            }
        }
    }

    private mutating func takeNames(_ line: Span<UInt8>, into flow: inout Flow, batch: inout FlowBatch) {
        let service = map.field(.service, of: line)
        if !Self.isUnset(service) {
            flow.application = batch.names.intern(service)
            batch.nameKinds.insert(.application)
        }
        guard map.has(.label) else { return }
        let label = map.field(.label, of: line)
        labelText.removeAll(keepingCapacity: true)
        if hasJoinedLabel {
            appendWords(of: label, from: 1)
        } else {
            appendWords(of: label, from: 0)
            appendWords(of: map.field(.detail, of: line), from: 0)
        }
        guard !labelText.isEmpty else { return }
        flow.label = batch.names.intern(labelText.span)
        batch.nameKinds.insert(.label)
    }

    /// Appends the words of `text`, the first `skipped` and lone `-` aside, each after a blank.
    private mutating func appendWords(of text: Span<UInt8>, from skipped: Int) {
        var word = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x20 {
            if index > start {
                let isDash = index - start == 1 && text[start] == UInt8(ascii: "-")
                if word >= skipped && !isDash && !text.extracting(start..<index).isEqual(to: "(empty)") {
                    if !labelText.isEmpty { labelText.append(0x20) }
                    for place in start..<index { labelText.append(text[place]) }
                }
                word += 1
            }
            start = index + 1
        }
    }
}

/// Zeek's conn_state (documentation of base/protocols/conn).
enum ZeekState {
    static func state(_ text: Span<UInt8>) -> (ConnectionState, FlowTraits) {
        if text.isEqual(to: "SF") { return (.closed, []) }
        if text.isEqual(to: "S0") { return (.attempted, []) }
        if text.isEqual(to: "REJ") { return (.rejected, []) }
        if text.isEqual(to: "S1") { return (.established, []) }
        if text.isEqual(to: "S2") || text.isEqual(to: "S3") { return (.closing, []) }
        if text.isEqual(to: "RSTO") || text.isEqual(to: "RSTR") { return (.reset, []) }
        // The originator's SYN, then its own reset or FIN, and never an answer.
        if text.isEqual(to: "RSTOS0") || text.isEqual(to: "SH") { return (.attempted, []) }
        // Only the responder's side was seen, or neither end's beginning.
        if text.isEqual(to: "RSTRH") || text.isEqual(to: "SHR") || text.isEqual(to: "OTH") {
            return (.unknown, .isMidstream)
        }
        return (.unknown, [])
    }

    static func word(_ state: ConnectionState) -> StaticString {
        switch state {
        case .unknown: "-"
        case .attempted: "S0"
        case .rejected: "REJ"
        case .established: "S1"
        case .closing: "S2"
        case .closed: "SF"
        case .reset: "RSTO"
        }
    }
}

/// Writes `zeek`; times to the microsecond.
public struct ZeekTSVWriter: FlowWriter {
    public static let format = ZeekTSVReader.format
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n")
        bytes.append("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t")
        bytes.append("orig_bytes\tresp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts\tlabel\n")
        bytes.append("#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\t")
        bytes.append("count\tcount\tstring\tstring\tcount\tcount\tstring\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let tab = UInt8(ascii: "\t")
        if flow.start.nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(seconds: flow.start.nanoseconds == .min ? .max : abs(flow.start.nanoseconds))
        bytes.append("\t-\t")
        flow.source.append(to: &bytes)
        bytes.append(tab)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(tab)
        flow.destination.append(to: &bytes)
        bytes.append(tab)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(tab)
        bytes.append(contentsOf: flow.transport.description.utf8)
        bytes.append(tab)
        if flow.application == .none {
            bytes.append(UInt8(ascii: "-"))
        } else {
            bytes.append(name: flow.application, of: names.applications, without: tab)
        }
        bytes.append(tab)
        bytes.append(seconds: flow.duration)
        bytes.append(tab)
        bytes.append(decimal: flow.bytesSent)
        bytes.append(tab)
        bytes.append(decimal: flow.bytesReceived)
        bytes.append(tab)
        bytes.append(ZeekState.word(flow.state))
        bytes.append(tab)
        Self.append(history: flow, to: &bytes)
        bytes.append(tab)
        bytes.append(decimal: flow.packetsSent)
        bytes.append(tab)
        bytes.append(decimal: flow.packetsReceived)
        bytes.append(tab)
        if flow.label == .none {
            bytes.append(UInt8(ascii: "-"))
        } else {
            bytes.append(name: flow.label, of: names.labels, without: tab)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The flags of both ways as letters; in which order they came a flow does not know.
    private static func append(history flow: Flow, to bytes: inout [UInt8]) {
        let letters: [(flag: UInt8, letter: UInt8)] = [
            (TCPFlag.syn, UInt8(ascii: "S")), (TCPFlag.acknowledge, UInt8(ascii: "A")),
            (TCPFlag.push, UInt8(ascii: "D")), (TCPFlag.fin, UInt8(ascii: "F")), (TCPFlag.reset, UInt8(ascii: "R")),
        ]
        let before = bytes.count
        for (flag, letter) in letters where flow.flagsSent & flag != 0 { bytes.append(letter) }
        let isSynAck = flow.flagsReceived & (TCPFlag.syn | TCPFlag.acknowledge) == TCPFlag.syn | TCPFlag.acknowledge
        if isSynAck { bytes.append(UInt8(ascii: "h")) }
        for (flag, letter) in letters where flow.flagsReceived & flag != 0 {
            if isSynAck && (flag == TCPFlag.syn || flag == TCPFlag.acknowledge) { continue }
            bytes.append(letter | 0x20)
        }
        if bytes.count == before { bytes.append(UInt8(ascii: "-")) }
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
