package import FlowModel

extension [UInt8] {
    /// Appends a whole number.
    package mutating func append(decimal value: UInt64) {
        var digits: InlineArray<20, UInt8> = InlineArray(repeating: 0)
        var rest = value
        var start = 20
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        } while rest > 0
        for index in start..<20 { append(digits[index]) }
    }

    /// Appends a whole number with at least `width` digits.
    mutating func append(decimal value: Int, width: Int) {
        var limit = 1
        for _ in 1..<Swift.max(1, width) { limit *= 10 }
        while limit > 1, value < limit {
            append(0x30)
            limit /= 10
        }
        append(decimal: UInt64(Swift.max(0, value)))
    }

    /// Appends a name, with blanks for control characters and for the delimiter: it came from some input.
    mutating func append(name id: NameID, of table: NameTable, without delimiter: UInt8) {
        let start = count
        table.append(id, to: &self)
        for index in start..<count where self[index] < 0x20 || self[index] == delimiter { self[index] = 0x20 }
    }

    /// Appends the groups of a list, with commas and blanks between.
    mutating func append(groups id: GroupSetID, of table: GroupTable) {
        for (place, group) in table.groups(of: id).enumerated() {
            if place > 0 { append(contentsOf: [UInt8(ascii: ","), 0x20]) }
            table.names.append(group, to: &self)
        }
    }

    /// Appends constant text.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends nanoseconds as seconds with six decimals, `12.345678`; below 0 as 0.
    mutating func append(seconds nanoseconds: Int64) {
        let value = UInt64(Swift.max(0, nanoseconds))
        append(decimal: value / 1_000_000_000)
        append(UInt8(ascii: "."))
        append(decimal: Int(value % 1_000_000_000 / 1000), width: 6)
    }
}

/// Writes civil times, with the minute of the last one remembered.
package struct CivilTimeWriter: Sendable {
    private let separator: UInt8
    private let between: UInt8
    private var minute = Int64.min
    private var prefix: [UInt8] = []

    /// Parameter separator: stands in the date. Parameter between: stands between date and time.
    package init(separator: UInt8, between: UInt8 = 0x20) {
        self.separator = separator
        self.between = between
    }

    /// Appends `2019-09-30 10:00:07` and as many decimals of the second: 0, 3, 6 or 9.
    package mutating func append(_ time: Timestamp, decimals: Int, to bytes: inout [UInt8]) {
        var seconds = time.nanoseconds / 1_000_000_000
        var rest = time.nanoseconds % 1_000_000_000
        if rest < 0 {
            rest += 1_000_000_000
            seconds -= 1
        }
        var second = seconds % 60
        if second < 0 { second += 60 }
        if seconds - second != minute {
            minute = seconds - second
            let civil = time.civil
            prefix.removeAll(keepingCapacity: true)
            prefix.append(decimal: civil.year, width: 4)
            prefix.append(separator)
            prefix.append(decimal: civil.month, width: 2)
            prefix.append(separator)
            prefix.append(decimal: civil.day, width: 2)
            prefix.append(between)
            prefix.append(decimal: civil.hour, width: 2)
            prefix.append(UInt8(ascii: ":"))
            prefix.append(decimal: civil.minute, width: 2)
            prefix.append(UInt8(ascii: ":"))
        }
        bytes.append(contentsOf: prefix)
        bytes.append(decimal: Int(second), width: 2)
        if decimals > 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(decimal: Int(rest / (decimals == 3 ? 1_000_000 : decimals == 6 ? 1000 : 1)), width: decimals)
        }
    }
}
