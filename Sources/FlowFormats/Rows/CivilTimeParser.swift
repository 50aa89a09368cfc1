import FlowModel

/// Civil times, with the last minute remembered: rows that follow each other mostly share it.
struct CivilTimeParser: Sendable {
    private var prefixHigh = UInt64.max
    private var prefixLow: UInt64 = 0
    private var minute: Int64 = 0
    /// Whether in `05/01/2026` the day stands first; nil where the format does not say.
    var isDayFirst: Bool?

    /// `2019-09-30 10:00:07`, also with `/` and `T`, with decimals, and with `Z` or `+hh:mm` behind.
    mutating func parse(_ text: Span<UInt8>) throws(FieldError) -> Timestamp {
        guard text.count >= 19 else { throw FieldError(.badTime) }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(text[index])
            low = low << 8 | UInt64(text[index + 8])
        }
        if high != prefixHigh || low != prefixLow {
            minute = try Self.minute(text)
            prefixHigh = high
            prefixLow = low
        }
        guard text[16] == UInt8(ascii: ":") else { throw FieldError(.badTime) }
        let tens = text[17] &- 0x30
        let ones = text[18] &- 0x30
        let seconds = Int64(tens) * 10 + Int64(ones)
        if tens > 9 || ones > 9 || seconds > 60 { throw FieldError(.badTime) }
        var nanoseconds = (minute + seconds) * 1_000_000_000
        if text.count > 19 { nanoseconds += try Self.rest(text.extracting(19..<text.count)) }
        return Timestamp(nanoseconds: nanoseconds)
    }

    /// Seconds since 1970 of the first 16 bytes, `2019-09-30 10:00`.
    private static func minute(_ text: Span<UInt8>) throws(FieldError) -> Int64 {
        func number(_ from: Int, _ count: Int) throws(FieldError) -> Int {
            var value = 0
            for index in from..<from + count {
                let digit = text[index] &- 0x30
                if digit > 9 { throw FieldError(.badTime) }
                value = value * 10 + Int(digit)
            }
            return value
        }
        let separator = text[4]
        guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/"), text[7] == separator,
            text[10] == 0x20 || text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":")
        else { throw FieldError(.badTime) }
        let year = try number(0, 4)
        guard (1678...2261).contains(year) else { throw FieldError(.timeOutOfRange) }
        guard
            let moment = Timestamp(
                year: year, month: try number(5, 2), day: try number(8, 2), hour: try number(11, 2),
                minute: try number(14, 2))
        else { throw FieldError(.badTime) }
        return moment.nanoseconds / 1_000_000_000
    }

    /// What follows the seconds: decimals and an offset from UTC, as nanoseconds to add.
    private static func rest(_ text: Span<UInt8>) throws(FieldError) -> Int64 {
        var index = 0
        var nanoseconds: Int64 = 0
        if text[0] == UInt8(ascii: ".") || text[0] == UInt8(ascii: ",") {
            var scale: Int64 = 100_000_000
            index = 1
            while index < text.count, text[index] &- 0x30 <= 9 {
                nanoseconds += Int64(text[index] &- 0x30) * scale
                scale /= 10
                index += 1
            }
            if index == 1 { throw FieldError(.badTime) }
        }
        if index == text.count { return nanoseconds }
        let sign = text[index]
        if sign | 0x20 == UInt8(ascii: "z"), index + 1 == text.count { return nanoseconds }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw FieldError(.badTime) }
        var digits = 0
        var value: Int64 = 0
        for place in index + 1..<text.count {
            if text[place] == UInt8(ascii: ":") { continue }
            let digit = text[place] &- 0x30
            if digit > 9 || digits >= 4 { throw FieldError(.badTime) }
            value = value * 10 + Int64(digit)
            digits += 1
        }
        guard digits == 4 else { throw FieldError(.badTime) }
        let offset = (value / 100 * 3600 + value % 100 * 60) * 1_000_000_000
        return nanoseconds + (sign == UInt8(ascii: "+") ? -offset : offset)
    }
}
