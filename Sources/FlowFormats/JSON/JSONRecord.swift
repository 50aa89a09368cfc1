import FlowModel

/// A reader whose records are objects of JSON.
protocol JSONRecordReader: RowReader {
    /// The fields of a record some of which had escapes.
    var unescaped: [UInt8] { get set }
    /// The columns without which a record is no flow.
    static var needed: ColumnSet { get }
    /// Why the record at hand, whose fields stand in `bytes`, is none of a flow; nil where it is one.
    func skipReason(of bytes: Span<UInt8>) -> SkipReason?
}

extension JSONRecordReader {
    @inline(__always)
    func skipReason(of bytes: Span<UInt8>) -> SkipReason? { nil }

    /// Takes the record at hand, whose fields stand in `bytes`.
    mutating func takeRecord(of bytes: Span<UInt8>, number: Int, into batch: inout FlowBatch) {
        guard row.fields.hasEscapes else {
            takePlain(of: bytes, number: number, into: &batch)
            return
        }
        // Taken out of the reader, so that its memory stays while the record is at it.
        var fields: [UInt8] = []
        swap(&fields, &unescaped)
        row.fields.move(from: bytes, to: &fields, decode: JSONEscape.decode)
        if fields.span.first(0, from: 0) == nil {
            takePlain(of: fields.span, number: number, into: &batch)
        } else {
            batch.reject(.nulByte, field: .row, line: number, excerpt: fields.span)
        }
        swap(&fields, &unescaped)
    }

    @inline(__always)
    private mutating func takePlain(of bytes: Span<UInt8>, number: Int, into batch: inout FlowBatch) {
        if let reason = skipReason(of: bytes) {
            batch.skipped.count(reason)
        } else if let column = Self.needed.subtracting(row.fields.columns).first {
            batch.reject(.missingField, field: column.field, line: number, excerpt: bytes.extracting(0..<0))
        } else {
            takeRow(of: bytes, number: number, into: &batch)
        }
    }

    /// Notes the members of the object whose `{` was passed, and passes its end.
    mutating func takeMembers(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, _ names: ColumnNames
    ) throws(JSONStop) {
        var guess = 0
        try takeMembers(bytes, &cursor, names, &guess, depth: 1)
    }

    private mutating func takeMembers(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, _ names: ColumnNames, _ guess: inout Int, depth: Int
    ) throws(JSONStop) {
        var key: JSONValue?
        while let next = try cursor.key(after: key, bytes) {
            key = next
            let column = names.column(bytes.extracting(next.start..<next.end), guess: &guess)
            if column == .inside, depth < 4, try cursor.enters(bytes) {
                try takeMembers(bytes, &cursor, names, &guess, depth: depth + 1)
                continue
            }
            let value = try cursor.value(bytes, depth: depth)
            if let column, column != .inside { row.fields.set(column, value) }
        }
    }
}

/// A reader of a format with one object a line.
protocol JSONLineReader: JSONRecordReader, LineReader {
    /// Notes the members of the object whose `{` was passed, and passes its end.
    mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop)
}

extension JSONLineReader {
    /// Reads the object that is all of `line`, but for blanks and a byte order mark.
    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        var cursor = JSONCursor(index: line.byteOrderMarkLength, limit: line.count)
        do throws(JSONStop) {
            row.fields.clear()
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
        takeRecord(of: line, number: number, into: &batch)
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
