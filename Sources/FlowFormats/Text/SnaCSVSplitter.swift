/// Splits records of CSV with quotes (RFC 4180), and knows which column is which.
///
/// A quote inside an unquoted field, or anything but a comma or newline behind a closing quote, breaks the record.
/// So a stray quote is found within a line or two, and no input is scanned more than twice.
struct SnaCSVSplitter: Sendable {
    /// What the bytes from a place on are.
    enum Outcome {
        /// A record up to `end`, without its newline; the next begins at `next`.
        case whole(end: Int, next: Int)
        /// A record with quotes that do not match, found out at that place.
        case broken(Int)
        /// The beginning of a record.
        case unfinished(isQuoted: Bool)
    }

    /// How many lines the last record has.
    private(set) var newlines = 0
    private var fieldCount = 0
    /// Which column stands at a place; nil for those we do not read.
    private var columns: [Column?] = []
    private var fieldsNeeded = 0

    /// Whether the last record reaches to the last column that we read.
    var hasEnoughFields: Bool { fieldCount >= fieldsNeeded }

    /// Splits the record at `start`, looking no further than `limit`. Parameter isLast: `limit` ends the input. Parameter
    /// record: its fields, counted from its first byte.
    mutating func split(
        _ bytes: Span<UInt8>, from start: Int, to limit: Int, isLast: Bool, into record: inout FieldPlaces
    ) -> Outcome {
        let quote = UInt8(ascii: "\"")
        let comma = UInt8(ascii: ",")
        let newline = UInt8(ascii: "\n")
        record.clear()
        newlines = 0
        fieldCount = 0
        var index = start
        while true {
            var fieldStart = index
            var fieldEnd = index
            var isEscaped = false
            if index < limit, bytes[index] == quote {
                fieldStart = index + 1
                index = fieldStart
                while true {
                    while index < limit, bytes[index] != quote {
                        if bytes[index] == newline { newlines += 1 }
                        index += 1
                    }
                    if index == limit { return .unfinished(isQuoted: true) }
                    fieldEnd = index
                    index += 1
                    if index == limit && !isLast { return .unfinished(isQuoted: false) }
                    guard index < limit, bytes[index] == quote else { break }
                    isEscaped = true
                    index += 1
                }
                if index < limit, bytes[index] == UInt8(ascii: "\r") {
                    if index + 1 == limit && !isLast { return .unfinished(isQuoted: false) }
                    if index + 1 == limit || bytes[index + 1] == newline { index += 1 }
                }
            } else {
                while index < limit {
                    let byte = bytes[index]
                    if byte == comma || byte == newline { break }
                    if byte == quote { return .broken(index) }
                    index += 1
                }
                fieldEnd = index
                if fieldEnd > fieldStart, bytes[fieldEnd - 1] == UInt8(ascii: "\r") { fieldEnd -= 1 }
            }
            note(fieldStart - start, fieldEnd - start, isEscaped: isEscaped, in: &record)
            if index == limit && !isLast { return .unfinished(isQuoted: false) }
            if index == limit || bytes[index] == newline {
                newlines += 1
                // A line of nothing but a carriage return is blank.
                let isBlank = index - start == 1 && bytes[start] == UInt8(ascii: "\r")
                return .whole(end: isBlank ? start : index, next: min(index + 1, limit))
            }
            if bytes[index] != comma { return .broken(index) }
            index += 1
        }
    }

    private mutating func note(_ start: Int, _ end: Int, isEscaped: Bool, in record: inout FieldPlaces) {
        if fieldCount < columns.count, let column = columns[fieldCount] {
            record.set(column, start, end, isEscaped: isEscaped)
        }
        fieldCount += 1
    }

    /// Takes up the titles of the columns.
    mutating func takeHeader(_ header: Span<UInt8>, line: Int) throws(ReadError) {
        columns.removeAll()
        var seen = ColumnSet()
        var cells = DelimitedFields(delimiter: UInt8(ascii: ","))
        while let cell = cells.next(of: header.withoutReturn) {
            let column = SnaColumns.names.column(cell.trimmed)
            columns.append(column == .marker ? nil : column)
            guard let column, column != .marker else { continue }
            seen.insert(ColumnSet(column))
            fieldsNeeded = columns.count
        }
        let missing = SnaColumns.needed.subtracting(seen)
        if !missing.isEmpty { throw .missingColumns(SnaColumns.names.text(missing), line: line) }
    }

    /// Appends a quoted field with its doubled quotes made single.
    static func undouble(_ field: Span<UInt8>, _ buffer: inout [UInt8]) {
        var index = 0
        while index < field.count {
            buffer.append(field[index])
            index += field[index] == UInt8(ascii: "\"") ? 2 : 1
        }
    }
}
