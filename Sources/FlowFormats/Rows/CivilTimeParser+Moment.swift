import FlowModel

extension CivilTimeParser {
    /// A moment as machines write it: a civil time, seconds since 1970 with decimals, or, told by the number of their
    /// digits, milliseconds (12 to 14), microseconds (15 to 17) or nanoseconds since 1970.
    @inline(__always)
    mutating func moment(_ text: Span<UInt8>) throws(FieldError) -> Timestamp {
        if text.count >= 19, text[4] == UInt8(ascii: "-") || text[4] == UInt8(ascii: "/") {
            do throws(FieldError) {
                return try parse(text)
            } catch {
                guard let time = WrittenTime(text.trimmed), let moment = try time.moment(isDayFirst) else {
                    throw error
                }
                return moment
            }
        }
        // Seconds since 1970 have ten digits for now.
        var digits = 0
        while digits < text.count, text[digits] &- 0x30 <= 9 { digits &+= 1 }
        if digits &- 1 < 11, digits > 0, let time = try? Field.nanoseconds(text, orElse: .badTime) {
            return Timestamp(nanoseconds: time)
        }
        return try unusualMoment(text)
    }

    @inline(never)
    private mutating func unusualMoment(_ text: Span<UInt8>) throws(FieldError) -> Timestamp {
        let text = text.trimmed
        if let scale = Self.scaleOfEpoch(text) {
            return Timestamp(nanoseconds: try Field.nanoseconds(text, scale: scale, orElse: .badTime))
        }
        if text.count >= 19, let time = try? parse(text) { return time }
        guard let time = WrittenTime(text), let moment = try time.moment(isDayFirst) else {
            throw FieldError(.badTime)
        }
        return moment
    }

    /// The power of ten of nanoseconds in the unit of a number of time since 1970, by its size; nil for anything else.
    private static func scaleOfEpoch(_ text: Span<UInt8>) -> Int? {
        var index = 0
        if index < text.count, text[index] == UInt8(ascii: "-") { index = 1 }
        let first = index
        while index < text.count, text[index] &- 0x30 <= 9 { index &+= 1 }
        var digits = index &- first
        guard digits > 0 else { return nil }
        if index < text.count {
            if text[index] == UInt8(ascii: ".") {
                index &+= 1
                while index < text.count, text[index] &- 0x30 <= 9 { index &+= 1 }
            }
            if index < text.count {
                guard text[index] | 0x20 == UInt8(ascii: "e"),
                    let power = try? Field.exponent(text.extracting(index + 1..<text.count), orElse: .badTime)
                else { return nil }
                digits += power
            }
        }
        return digits < 12 ? 9 : digits < 15 ? 6 : digits < 18 ? 3 : 0
    }
}

/// A time as people and programs write it, taken apart: `05/01/2026 10:00:07 AM`, `Jan 5, 2026 @ 10:00:07.123`,
/// `2026-01-05 10:00 +0100`, `05.01.2026`, `10:00:07.5`.
struct WrittenTime {
    /// The numbers of the date as they come, with how many digits each has.
    private var date = InlineArray<3, (value: Int, digits: Int)>(repeating: (0, 0))
    private var dateCount = 0
    private var month: Int?
    private var separator: UInt8 = 0
    private var clock = InlineArray<3, Int>(repeating: 0)
    private var clockCount = 0
    private var nanosecond = 0
    private var isAfternoon: Bool?
    /// Seconds east of UTC.
    private var offset = 0

    /// Takes a text apart; nil where it has something that no time has.
    init?(_ text: Span<UInt8>) {
        guard text.count <= 48 else { return nil }
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte &- 0x30 <= 9 {
                guard takeNumber(text, &index) else { return nil }
            } else if byte | 0x20 >= 0x61, byte | 0x20 <= 0x7a {
                guard takeWord(text, &index) else { return nil }
            } else if clockCount >= 2, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                guard takeOffset(text, &index) else { return nil }
            } else if [
                0x20, UInt8(ascii: ","), UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: ":"),
            ].contains(byte) {
                index += 1
            } else {
                return nil
            }
        }
    }

    private mutating func takeNumber(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        var value = 0
        while index < text.count, text[index] &- 0x30 <= 9, index - start < 9 {
            value = value * 10 + Int(text[index] &- 0x30)
            index += 1
        }
        let before = start > 0 ? text[start - 1] : 0
        let after = index < text.count ? text[index] : 0
        let isClock =
            before == UInt8(ascii: ":") && clockCount > 0
            || after == UInt8(ascii: ":") && clockCount == 0
                && (dateCount + (month == nil ? 0 : 1) == 3 || dateCount == 0)
        if isClock {
            guard clockCount < 3 else { return false }
            clock[clockCount] = value
            clockCount += 1
            return true
        }
        if clockCount == 3, before == UInt8(ascii: ".") || before == UInt8(ascii: ",") {
            for _ in index - start..<9 { value *= 10 }
            nanosecond = value
            while index < text.count, text[index] &- 0x30 <= 9 { index += 1 }
            return true
        }
        // The date of `05/Jan/2026:10:00:07` ends at a colon.
        guard dateCount < 3 else { return false }
        if dateCount == 0 { separator = after }
        date[dateCount] = (value, index - start)
        dateCount += 1
        return true
    }

    private mutating func takeWord(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        while index < text.count, text[index] | 0x20 >= 0x61, text[index] | 0x20 <= 0x7a { index += 1 }
        let word = text.extracting(start..<index)
        if word.isEqual(to: "AM") || word.isEqual(to: "PM") {
            isAfternoon = word[0] | 0x20 == UInt8(ascii: "p")
            return clockCount > 0
        }
        if word.isEqual(to: "T") { return dateCount > 0 && clockCount == 0 }
        for zone in ["Z", "UTC", "GMT"] as [StaticString] where word.isEqual(to: zone) { return clockCount > 0 }
        guard month == nil, let named = SyslogTimeParser.month(text.extracting(start..<text.count)) else {
            return false
        }
        month = named
        return true
    }

    /// `+01:00`, `+0100`, `+01`.
    private mutating func takeOffset(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        let isWest = text[index] == UInt8(ascii: "-")
        var value = 0
        var digits = 0
        index += 1
        while index < text.count, text[index] &- 0x30 <= 9 || text[index] == UInt8(ascii: ":") {
            if text[index] != UInt8(ascii: ":") {
                guard digits < 4 else { return false }
                value = value * 10 + Int(text[index] &- 0x30)
                digits += 1
            }
            index += 1
        }
        guard digits == 2 || digits == 4 else { return false }
        let seconds = digits == 2 ? value * 3600 : value / 100 * 3600 + value % 100 * 60
        offset = isWest ? -seconds : seconds
        return index == text.count
    }

    /// The moment; nil where there is none, or where it could be one of two days. Parameter isDayFirst: whether in
    /// `05/01/2026` the day stands first, where that is known. A time of day alone is one of 1970-01-01.
    func moment(_ isDayFirst: Bool?) throws(FieldError) -> Timestamp? {
        guard let day = self.day(isDayFirst) else { return nil }
        var hour = clock[0]
        if let isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard (1678...2261).contains(day.year) else { throw FieldError(.timeOutOfRange) }

        return Timestamp(
            year: day.year, month: day.month, day: day.day, hour: hour, minute: clock[1], second: clock[2],
            nanosecond: nanosecond)?.advanced(by: Int64(-offset) * 1_000_000_000)
    }

    private func day(_ isDayFirst: Bool?) -> (year: Int, month: Int, day: Int)? {
        if let month {
            guard dateCount == 2 else { return nil }
            if date[1].digits == 4 { return (date[1].value, month, date[0].value) }
            return date[0].digits == 4 ? (date[0].value, month, date[1].value) : nil
        }
        if dateCount == 0 { return clockCount == 3 ? (1970, 1, 1) : nil }
        guard dateCount == 3 else { return nil }
        if date[0].digits == 4 { return (date[0].value, date[1].value, date[2].value) }
        guard date[2].digits == 4 else { return nil }
        let first = date[0].value
        let second = date[1].value
        let isDay = separator == UInt8(ascii: ".") || first > 12 ? true : second > 12 ? false : isDayFirst
        guard let isDay else { return first == second ? (date[2].value, first, second) : nil }
        return isDay ? (date[2].value, second, first) : (date[2].value, first, second)
    }
}
