public import FlowModel

/// `csv`: any delimited file with a header of usual names, or with a mapping in the settings; and what `show` writes.
///
/// Asked last, when no other format takes the file. In no order of time that could be relied on, so read whole.
public struct CSVReader: LineReader, RowReader {
    public static let format = FlowFormat(
        name: "csv", summary: "any delimited file, by its header or by a mapping in the settings", order: .unsorted,
        splitsAtNewlines: true)

    private static let delimiters = Array(",;\t|".utf8)

    public var isSkippingLine = false
    public var needsHeader: Bool { row.columns.width == 0 }
    public static var hasDirectives: Bool { true }
    public static func mayBeDirective(_ first: UInt8) -> Bool {
        first > UInt8(ascii: "9") || first < UInt8(ascii: "-") && first != 0x20
    }
    public var unusedColumns: [String] { row.columns.unused.map(\.name) }
    public var tellsAnswers: Bool { row.columns.columns.tellAnswers || row.columns.has(.action) }
    var row = RowCursor()
    private var mapping = CSVMapping()
    /// Whether a header without bytes ends the file, rather than giving flows without any.
    var needsBytes = false
    private var header: [UInt8] = []

    public init() { self.init(mapping: CSVMapping()) }

    /// A reader of files with the columns of `mapping`.
    public init(mapping: CSVMapping) {
        self.mapping = mapping
        row.isQuoted = true
        row.durationScale = CSVMapping.scales[mapping.durationUnit] ?? 9
    }

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        guard !PlainCSVReader.hasOwnHeader(head), !FormatCatalog.special.contains(where: { $0.recognizes(head) }) else {
            return false
        }
        var reader = CSVReader()
        return reader.accepts(head)
    }

    /// Whether a file that begins with `head` has the columns that a flow needs.
    mutating func accepts(_ head: Span<UInt8>) -> Bool {
        (try? resolve(head.headerLine, number: 1)) != nil
    }

    // MARK: Columns

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        guard mapping.hasHeader else {
            if needsHeader { try resolve(line, number: number) }
            return false
        }
        if line.isEqual(to: header.span) { return true }
        if needsHeader {
            if line.isPreamble { return true }
        } else {
            // Files joined to one may have their columns in another order.
            var cells = DelimitedFields(delimiter: row.delimiter)
            guard let first = cells.next(of: line), !first.isEmpty, first[0] &- 0x30 > 9,
                UsualNames.column(first) != nil,
                (try? resolve(line, number: number)) != nil
            else { return false }
        }
        try resolve(line, number: number)
        if needsBytes, row.columns.columns.isDisjoint(with: ColumnSet(.bytes, .bytesSent, .bytesReceived)) {
            throw .missingColumns(["bytes"], line: number)
        }
        header.removeAll()
        for index in line.indices { header.append(line[index]) }
        return true
    }

    /// Finds the columns in the first line. Throws: those missing.
    private mutating func resolve(_ line: Span<UInt8>, number: Int) throws(ReadError) {
        var missing: [String] = []
        var candidates = mapping.delimiter.utf8.first.map { [$0] } ?? Self.delimiters
        // Without a header any would do: the most frequent.
        if !mapping.hasHeader, candidates.count > 1 {
            var counts = Array(repeating: 0, count: 256)
            for index in line.indices { counts[Int(line[index])] += 1 }
            candidates = [candidates.max { counts[Int($0)] < counts[Int($1)] } ?? UInt8(ascii: ",")]
        }
        for candidate in candidates {
            let found = columns(of: line, candidate)
            let lacking = [
                (Column.start, "start"), (.source, "source"), (.destination, "destination"),
            ].filter { !found.has($0.0) }.map(\.1)
            if lacking.isEmpty {
                row.columns = found
                row.delimiter = candidate
                return
            }
            if missing.isEmpty || lacking.count < missing.count { missing = lacking }
        }
        throw .missingColumns(missing, line: number)
    }

    private func columns(of line: Span<UInt8>, _ delimiter: UInt8) -> ColumnMap {
        var map = ColumnMap()
        let wanted = mapping.wanted
        for (column, name) in wanted {
            if let place = Int(name), (1...10_000).contains(place) { map.set(column, at: place - 1) }
        }
        guard mapping.hasHeader else { return map }
        var fields = DelimitedFields(delimiter: delimiter)
        var place = 0
        while place < 10_000, let name = fields.next(of: line) {
            var text = name
            if place == 0, text.byteOrderMarkLength > 0 { text = text.extracting(3..<text.count) }
            for (column, title) in wanted where Self.isSame(text, title) { map.set(column, at: place) }
            place += 1
        }
        // What the settings do not name has its usual name.
        fields = DelimitedFields(delimiter: delimiter)
        place = 0
        while place < 10_000, let name = fields.next(of: line) {
            let usual = UsualNames.column(name)
            map.set(usual.flatMap { mapping.isUnset($0) ? $0 : nil }, named: name, at: place)
            place += 1
        }
        return map
    }

    private static func isSame(_ text: Span<UInt8>, _ title: String) -> Bool {
        var place = 0
        for byte in title.utf8 {
            guard place < text.count else { return false }
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a
            guard text[place] == byte || isLetter && text[place] | 0x20 == byte | 0x20 else { return false }
            place += 1
        }
        return place == text.count
    }

    // MARK: Rows

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        takeDelimited(line, places: row.columns.width, number: number, into: &batch)
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        var flow = try row.flow(of: line)
        flow.flagsSent = try row.flags(.flagsSent, of: line)
        flow.flagsReceived = try row.flags(.flagsReceived, of: line)
        let state = row.text(.state, of: line)
        if state.isEmpty { flow.settleState() } else { flow.state = PlainState.state(state) }
        if row.has(.action), FirewallAction.isRefusal(row.text(.action, of: line)) { flow.state = .rejected }
        flow.application = row.name(.application, of: line, &batch)
        flow.sourceGroups = GroupSetID(rawValue: row.name(.sourceGroups, of: line, &batch).rawValue)
        flow.destinationGroups = GroupSetID(rawValue: row.name(.destinationGroups, of: line, &batch).rawValue)
        flow.label = row.name(.label, of: line, &batch)
        if row.has(.application) { batch.nameKinds.insert(.application) }
        if row.has(.label) { batch.nameKinds.insert(.label) }
        if row.has(.sourceGroups) || row.has(.destinationGroups) { batch.nameKinds.insert(.groups) }
        return flow
    }
}
