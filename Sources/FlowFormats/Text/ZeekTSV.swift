public import FlowModel

/// `zeek`: conn.log as Zeek writes it, tab-separated with `#` directives.
///
/// Sorted by end, so a record comes up to its connection's length late. Columns in any order; extra ones are ignored.
/// A `label` column, also where Stratosphere joined `label` and `detailed-label` to the last one by blanks, is the label.
public struct ZeekTSVReader: LineReader, ZeekReader {
    public static let format = FlowFormat(
        name: "zeek", summary: "Zeek conn.log, tab-separated with #fields",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    private static let names = ColumnNames([
        ("ts", .start), ("id.orig_h", .source), ("id.orig_p", .sourcePort), ("id.resp_h", .destination),
        ("id.resp_p", .destinationPort), ("proto", .transport), ("service", .application), ("duration", .duration),
        ("orig_bytes", .bytesSent), ("resp_bytes", .bytesReceived), ("conn_state", .state),
        ("history", .history), ("orig_pkts", .packetsSent), ("resp_pkts", .packetsReceived), ("label", .label),
        ("detailedlabel", .labelDetail), ("detailed-label", .labelDetail),
        ("id_orig_h", .source), ("id_orig_p", .sourcePort), ("id_resp_h", .destination),
        ("id_resp_p", .destinationPort),
        ("uid", .marker),
    ])

    public var isSkippingLine = false
    public static var hasDirectives: Bool { true }
    var row = RowCursor()
    var wordsBeforeLabel = 0
    /// The file's own word for a field without a value, where it is none of the usual ones.
    private var unset: [UInt8] = []
    public var needsHeader: Bool { row.columns.width == 0 }

    public init() { row.delimiter = UInt8(ascii: "\t") }

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        guard head.firstLine.count > 0, head.firstLine[0] == UInt8(ascii: "#") else {
            return isBareHeader(head.firstLine)
        }
        guard let fields = head.first("#fields", from: 0), head.contains("#separator") || fields < 4096 else {
            return false
        }
        var reader = ZeekTSVReader()
        try? reader.skim(head)
        return isConn(reader.row.columns)
    }

    /// Whether the columns are those of conn.log, and not of another log that also has a connection's ends.
    private static func isConn(_ map: ColumnMap) -> Bool {
        map.columns.isSuperset(of: needed)
            && (map.count == map.names
                || !map.columns.isDisjoint(with: ColumnSet(.duration, .bytesSent, .state, .packetsSent)))
    }

    /// Whether the line names the columns without `#fields`, as what is left where lines with `#` were taken out.
    private static func isBareHeader(_ line: Span<UInt8>) -> Bool {
        guard line.contains("orig_h"), let delimiter = delimiter(of: line) else { return false }
        return isConn(ColumnMap(header: line, delimiter: delimiter, names: names))
    }

    private static func delimiter(of line: Span<UInt8>) -> UInt8? {
        [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|")].first {
            line.first($0, from: 0) != nil
        }
    }

    private static let needed = ColumnSet(
        .start, .source, .sourcePort, .destination, .destinationPort, .transport)

    @inline(__always)
    public static func mayBeDirective(_ first: UInt8) -> Bool {
        first == UInt8(ascii: "#") || first > UInt8(ascii: "9") || first == UInt8(ascii: "\"")
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        guard line[0] == UInt8(ascii: "#") else {
            guard Self.isBareHeader(line), let delimiter = Self.delimiter(of: line) else { return false }
            row.delimiter = delimiter
            row.isQuoted = delimiter != UInt8(ascii: "\t")
            try takeFields(line, number: number)
            return true
        }
        if line.begins(with: "#separator "), line.count > 11 {
            takeSeparator(line.extracting(11..<line.count))
        } else if line.begins(with: "#fields"), line.count > 8 {
            try takeFields(line.extracting(8..<line.count), number: number)
        } else if line.begins(with: "#unset_field"), line.count > 13 {
            unset.removeAll()
            let word = line.extracting(13..<line.count)
            if !Field.isNothing(word) { for index in word.indices { unset.append(word[index]) } }
        }
        return true
    }

    /// `\x09`, or the character itself.
    private mutating func takeSeparator(_ text: Span<UInt8>) {
        if text.count == 1 { row.delimiter = text[0] }
        guard text.count == 4, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x"),
            let high = JSONEscape.digit(text[2]), let low = JSONEscape.digit(text[3])
        else { return }
        row.delimiter = UInt8(truncatingIfNeeded: high << 4 | low)
    }

    private mutating func takeFields(_ text: Span<UInt8>, number: Int) throws(ReadError) {
        var columns = ColumnMap(header: text, delimiter: row.delimiter, names: Self.names)
        wordsBeforeLabel = 0
        var cells = DelimitedFields(delimiter: row.delimiter)
        var place = 0
        while let name = cells.next(of: text) {
            if name.begins(with: "tunnel_parents "), name.contains("label") {
                columns.set(.label, at: place)
                wordsBeforeLabel = 1
            }
            place += 1
        }
        let missing = Self.needed.subtracting(columns.columns)
        guard missing.isEmpty else { throw .missingColumns(Self.names.text(missing), line: number) }
        row.columns = columns
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        let width = row.columns.width
        guard width > 0 else { throw .malformed("rows before a #fields line", line: number) }
        // Where the label is joined to the last column, that may be left off.
        guard row.split(line) >= width - wordsBeforeLabel else {
            Self.rejectShort(line, number: number, into: &batch)
            return
        }
        if !unset.isEmpty { row.fields.unset(unset, of: line) }
        takeRow(of: line, number: number, into: &batch)
    }
}
