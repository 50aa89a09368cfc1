import FlowModel

/// The names that members of an object have in a format, and the columns they fill.
struct JSONNames<Column: Sendable>: Sendable {
    private let names: [(name: StaticString, column: Column)]

    init(_ names: [(StaticString, Column)]) { self.names = names.map { (name: $0.0, column: $0.1) } }

    /// The column of that name, if any. Parameter guess: where to look first, for records mostly keep one order.
    func column(_ name: Span<UInt8>, guess: inout Int) -> Column? {
        for step in names.indices {
            let place = guess + step < names.count ? guess + step : guess + step - names.count
            if name.isEqual(to: names[place].name) {
                guess = place + 1 < names.count ? place + 1 : 0
                return names[place].column
            }
        }
        return nil
    }
}

/// A reader whose records are objects of JSON.
protocol JSONRecordReader {
    associatedtype Column: CaseIterable & RawRepresentable & Sendable where Column.RawValue == Int
    /// The fields of the object at hand.
    var record: FieldPlaces<Column> { get set }
    /// The fields of a record some of which had escapes.
    var unescaped: [UInt8] { get set }
    /// Appends what `fields`, which stand in `bytes` without escapes, say, or counts it as skipped or broken.
    mutating func append(
        _ fields: FieldPlaces<Column>, of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch)
}

extension JSONRecordReader {
    /// Appends the record at hand, which stands in `bytes`.
    mutating func appendRecord(of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch) {
        guard record.hasEscapes else {
            append(record, of: bytes, line: line, into: &batch)
            return
        }
        // Taken out of the reader, so that its memory stays while the record is at it.
        var fields: [UInt8] = []
        swap(&fields, &unescaped)
        record.move(from: bytes, to: &fields, decode: JSONEscape.decode)
        if fields.span.first(0, from: 0) == nil {
            append(record, of: fields.span, line: line, into: &batch)
        } else {
            batch.reject(.nulByte, field: .row, line: line, excerpt: fields.span)
        }
        swap(&fields, &unescaped)
    }
}

/// A reader of a format with one object a line.
protocol JSONLineReader: JSONRecordReader {
    /// Notes the members of the object whose `{` was passed, and passes its end.
    mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop)
}

extension JSONLineReader {
    /// Reads the object that is all of `line`, but for blanks and a byte order mark.
    mutating func readObject(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) {
        var cursor = JSONCursor(index: line.byteOrderMarkLength, limit: line.count)
        do throws(JSONStop) {
            record.clear()
            if try cursor.isAtEnd(line) { return }
            try cursor.pass(UInt8(ascii: "{"), line)
            try members(line, &cursor)
            guard try cursor.isAtEnd(line) else { throw .broken(cursor.index) }
        } catch {
            let place = error.place ?? line.count - 1
            let isNul = error.place != nil && line[place] == 0
            batch.reject(
                isNul ? .nulByte : .badJSON, field: .row, line: number, excerpt: line.excerpt(before: place, from: 0))
            return
        }
        appendRecord(of: line, line: number, into: &batch)
    }
}

extension JSONStop {
    /// Where something not allowed stands; nil if only the end is missing.
    var place: Int? {
        if case .broken(let place) = self { return place }
        return nil
    }
}

extension Span<UInt8> {
    /// The bytes up to `place`, which say most of what is wrong there. Parameter start: how far back at most.
    @_lifetime(copy self)
    func excerpt(before place: Int, from start: Int) -> Span<UInt8> {
        extracting(Swift.max(start, place - 39)..<Swift.min(place + 1, count))
    }
}

/// What the first line tells of a format with one object a line.
enum JSONFirstLine {
    /// Whether the first line that is not blank begins with `{`.
    static func isObject(_ head: Span<UInt8>) -> Bool {
        var start = head.byteOrderMarkLength
        while start < head.count, head[start] == 0x20 || (0x09...0x0d).contains(head[start]) { start += 1 }
        return start < head.count && head[start] == UInt8(ascii: "{")
    }
}
