/// Where the fields of one record begin and end in the bytes it was found in.
struct FieldPlaces: Sendable {
    /// More than there are columns. Inline, so that a record allocates nothing.
    private var starts: InlineArray<40, Int32> = InlineArray(repeating: 0)
    private var ends: InlineArray<40, Int32> = InlineArray(repeating: 0)
    private var escaped: UInt64 = 0
    private var present: UInt64 = 0

    /// The columns that have a field.
    var columns: ColumnSet { ColumnSet(rawValue: present) }

    /// Whether some field is written with escapes.
    var hasEscapes: Bool { escaped != 0 }

    /// Whether there is no field.
    var isEmpty: Bool { present == 0 }

    mutating func clear() {
        present = 0
        escaped = 0
    }

    mutating func set(_ column: Column, _ start: Int, _ end: Int, isEscaped: Bool = false) {
        set(rawColumn: column.rawValue, start, end)
        let bit = UInt64(1) &<< UInt64(truncatingIfNeeded: column.rawValue)
        escaped = isEscaped ? escaped | bit : escaped & ~bit
    }

    /// Sets the column of that raw value to a field without escapes.
    @inline(__always)
    mutating func set(rawColumn: Int, _ start: Int, _ end: Int) {
        starts[rawColumn] = Int32(truncatingIfNeeded: start)
        ends[rawColumn] = Int32(truncatingIfNeeded: end)
        present |= UInt64(1) &<< UInt64(truncatingIfNeeded: rawColumn)
    }

    /// Sets a column to a value of JSON; null, arrays and objects count as nothing.
    mutating func set(_ column: Column, _ value: JSONValue) {
        switch value.kind {
        case .text, .number, .truth: set(column, value.start, value.end)
        case .escapedText: set(column, value.start, value.end, isEscaped: true)
        case .null, .nested: unset(column)
        }
    }

    mutating func unset(_ column: Column) {
        present &= ~(UInt64(1) << UInt64(column.rawValue))
        escaped &= present
    }

    /// Takes the fields that are `word` for empty.
    mutating func unset(_ word: [UInt8], of bytes: Span<UInt8>) {
        for column in Column.allCases where isSet(column) && field(column, of: bytes).isEqual(to: word.span) {
            unset(column)
        }
    }

    @inline(__always)
    func isSet(_ column: Column) -> Bool { columns.contains(column) }

    /// A field, empty where there is none.
    @inline(__always)
    @_lifetime(copy bytes)
    func field(_ column: Column, of bytes: Span<UInt8>) -> Span<UInt8> {
        guard isSet(column) else { return bytes.extracting(0..<0) }
        // By their spans: a subscript would copy the arrays.
        return bytes.extracting(Int(starts.span[column.rawValue])..<Int(ends.span[column.rawValue]))
    }

    /// Moves the fields to `buffer`, those with escapes by way of `decode`.
    mutating func move(
        from bytes: Span<UInt8>, to buffer: inout [UInt8], decode: (Span<UInt8>, inout [UInt8]) -> Void
    ) {
        buffer.removeAll(keepingCapacity: true)
        for column in Column.allCases where isSet(column) {
            let start = buffer.count
            let field = field(column, of: bytes)
            if escaped >> UInt64(column.rawValue) & 1 == 1 {
                decode(field, &buffer)
            } else {
                for index in field.indices { buffer.append(field[index]) }
            }
            set(column, start, buffer.count)
        }
    }
}
