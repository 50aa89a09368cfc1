public import FlowModel

/// `zeek`: conn.log as Zeek writes it, tab-separated with `#` directives.
///
/// Sorted by end, so a record comes up to its connection's length late. Columns in any order; extra ones are ignored.
/// A `label` column, also where Stratosphere joined `label` and `detailed-label` to the last one by blanks, is the label.
public struct ZeekTSVReader: LineReader {
    public static let format = FlowFormat(
        name: "zeek", summary: "Zeek conn.log, tab-separated with #fields",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    typealias Column = ZeekRow.Column

    public var isSkippingLine = false
    public static var directiveStart: UInt8? { UInt8(ascii: "#") }
    private var map = ColumnMap<Column>()
    private var hasHeader = false
    private var separator = UInt8(ascii: "\t")
    private var row = ZeekRow()

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
        row.hasJoinedLabel = false
        var place = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == separator {
            let name = text.extracting(start..<index).trimmed
            for (known, column) in names where name.isEqual(to: known) { map.set(column, at: place) }
            if name.count > 14, name.extracting(0..<14).isEqual(to: "tunnel_parents"), name.contains("label") {
                map.set(.label, at: place)
                row.hasJoinedLabel = true
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
        guard width >= map.width || row.hasJoinedLabel && width >= map.width - 1 else {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        row.append(map.fields, of: line, number: number, into: &batch)
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
