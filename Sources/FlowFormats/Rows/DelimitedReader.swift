import FlowModel

/// A reader of delimited rows under a header that names their columns.
///
/// A header may stand again between rows, also with its columns in another order, as where files were joined.
protocol DelimitedReader: RowReader, LineReader {
    /// What the format calls its columns.
    static var names: ColumnNames { get }
    /// What may stand between fields, the most usual first.
    static var delimiters: [UInt8] { get }
    /// The columns by which a header is known to be of this format.
    static var signature: ColumnSet { get }
    /// The columns that a flow needs and a header lacks.
    static func missing(in columns: ColumnSet) -> ColumnSet
    /// The columns of a file that begins with a row; nil where that row is none of the format.
    static func columnsWithoutHeader(_ line: Span<UInt8>) -> ColumnMap?
    /// Whether a line is something else that the program prints between rows.
    static func isAside(_ line: Span<UInt8>) -> Bool
    /// Whether the rows say more of a way back than that the sum of both has bytes.
    static func tellsAnswers(_ columns: ColumnSet) -> Bool
    /// Whether delimiters between quotes are text also where the header has no quotes.
    static var mayBeQuoted: Bool { get }
    /// How many places a row must have.
    var placesNeeded: Int { get }
}

extension DelimitedReader {
    static var delimiters: [UInt8] { [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")] }
    static func columnsWithoutHeader(_ line: Span<UInt8>) -> ColumnMap? { nil }
    static var mayBeQuoted: Bool { true }
    static func tellsAnswers(_ columns: ColumnSet) -> Bool { format.isOneWay || columns.tellAnswers }
    public var unusedColumns: [String] {
        row.columns.unused.filter { !$0.isCovered(by: row.columns.columns) }.map(\.name)
    }
    public var tellsAnswers: Bool { Self.tellsAnswers(row.columns.columns) }
    @inline(__always)
    static func isAside(_ line: Span<UInt8>) -> Bool { false }
    @inline(__always)
    var placesNeeded: Int { row.columns.width }

    public var needsHeader: Bool { row.columns.width == 0 }
    public static var hasDirectives: Bool { true }
    @inline(__always)
    public static func mayBeDirective(_ first: UInt8) -> Bool {
        first > UInt8(ascii: "9") || first < UInt8(ascii: "-") && first != 0x20
    }

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        header(head.headerLine).map { $0.columns.columns.isSuperset(of: signature) } ?? false
    }

    /// The columns of a header and what stands between them; nil for a line that is no header.
    static func header(_ line: Span<UInt8>) -> (columns: ColumnMap, delimiter: UInt8)? {
        var best: (columns: ColumnMap, delimiter: UInt8)?
        for delimiter in delimiters where line.first(delimiter, from: 0) != nil {
            let columns = ColumnMap(header: line, delimiter: delimiter, names: names)
            if columns.count > best?.columns.count ?? 1 { best = (columns, delimiter) }
        }
        return best
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        if Self.isAside(line) { return true }
        if !needsHeader {
            var cells = DelimitedFields(delimiter: row.delimiter)
            guard let first = cells.next(of: line), Self.names.column(first) != nil else { return false }
        }
        guard let (columns, delimiter) = Self.header(line) else {
            if needsHeader, let columns = Self.columnsWithoutHeader(line) { row.columns = columns }
            return needsHeader && line.isPreamble
        }
        let missing = Self.missing(in: columns.columns)
        guard missing.isEmpty else { throw .missingColumns(Self.names.text(missing), line: number) }
        row.columns = columns
        row.delimiter = delimiter
        row.isQuoted = Self.mayBeQuoted || line.first(UInt8(ascii: "\""), from: 0) != nil
        return true
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if needsHeader {
            let wanted = Self.names.text(Self.signature).joined(separator: ", ")
            throw .malformed("rows before a header with " + wanted, line: number)
        }
        if row.split(line) >= placesNeeded {
            takeRow(of: line, number: number, into: &batch)
        } else if !Self.isAside(line) {
            Self.rejectShort(line, number: number, into: &batch)
        }
    }
}
