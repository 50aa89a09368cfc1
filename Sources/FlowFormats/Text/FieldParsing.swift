import FlowModel

/// A field that could not be read, and why.
struct FieldError: Error {
    var reason: RejectReason
    init(_ reason: RejectReason) { self.reason = reason }
}

/// Fields of text to values. Pure, without allocation; anything unexpected is a `FieldError`.
enum Field {
    /// A whole number, 0 or more.
    static func unsigned(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        var value: UInt64 = 0
        let count = text.count
        if count == 0 { throw FieldError(.badNumber) }
        if count <= 18 {
            for index in 0..<count {
                let digit = text[index] &- 0x30
                if digit > 9 { throw FieldError(isNegative(text) ? .negativeNumber : .badNumber) }
                value = value &* 10 &+ UInt64(digit)
            }
            return value
        }
        for index in 0..<count {
            let digit = text[index] &- 0x30
            if digit > 9 { throw FieldError(isNegative(text) ? .negativeNumber : .badNumber) }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { throw FieldError(.numberTooLarge) }
            value = sum
        }
        return value
    }

    private static func isNegative(_ text: Span<UInt8>) -> Bool {
        guard text.count > 1, text[0] == UInt8(ascii: "-") else { return false }
        for index in 1..<text.count where text[index] &- 0x30 > 9 && text[index] != UInt8(ascii: ".") { return false }
        return true
    }

    /// A port: decimal, or hexadecimal as Argus writes ICMP types (`0x000b`).
    static func port(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        let count = text.count
        var value: UInt32 = 0
        if count > 2, text[0] == 0x30, text[1] | 0x20 == UInt8(ascii: "x") {
            if count > 6 { throw FieldError(.badPort) }
            for index in 2..<count {
                let byte = text[index] | 0x20
                let digit: UInt8
                if byte &- 0x30 <= 9 {
                    digit = byte &- 0x30
                } else if byte >= 0x61 && byte <= 0x66 {
                    digit = byte &- 0x57
                } else {
                    throw FieldError(.badPort)
                }
                value = value << 4 | UInt32(digit)
            }
            return UInt16(truncatingIfNeeded: value)
        }
        if count == 0 || count > 5 { throw FieldError(.badPort) }
        for index in 0..<count {
            let digit = text[index] &- 0x30
            if digit > 9 { throw FieldError(.badPort) }
            value = value &* 10 &+ UInt32(digit)
        }
        if value > 65_535 { throw FieldError(.badPort) }
        return UInt16(truncatingIfNeeded: value)
    }

    /// An address.
    static func address(_ text: Span<UInt8>) throws(FieldError) -> IPAddress {
        guard let address = IPAddress(text: text) else { throw FieldError(.badAddress) }
        return address
    }

    /// Seconds with decimals as nanoseconds, exact to the ninth decimal: `1655071198.444458`, `1e-05`, `-0.5`.
    static func nanoseconds(_ text: Span<UInt8>, orElse reason: RejectReason) throws(FieldError) -> Int64 {
        var index = 0
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = 0
        var seenPoint = false
        var exponent = 0
        scan: while index < text.count {
            let byte = text[index]
            let digit = byte &- 0x30
            if digit <= 9 {
                // Past the ninth decimal and past what 64 bits hold only the size matters.
                if seenPoint && decimals >= 12 || mantissa > 100_000_000_000_000_000 {
                    if !seenPoint { decimals -= 1 }
                } else {
                    mantissa = mantissa * 10 + UInt64(digit)
                    if seenPoint { decimals += 1 }
                }
                digits += 1
            } else if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e"), digits > 0 {
                exponent = try Self.exponent(text.extracting(index + 1..<text.count), orElse: reason)
                break scan
            } else {
                throw FieldError(reason)
            }
            index += 1
        }
        guard digits > 0, digits <= 400 else { throw FieldError(reason) }
        // mantissa × 10^power nanoseconds
        var power = 9 - decimals + exponent
        var value = mantissa
        while power < 0 && value > 0 {
            value /= 10
            power += 1
        }
        while power > 0 && value > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { throw FieldError(.timeOutOfRange) }
            value = product
            power -= 1
        }
        guard let nanoseconds = Int64(exactly: value) else { throw FieldError(.timeOutOfRange) }
        return isNegative ? -nanoseconds : nanoseconds
    }

    private static func exponent(_ text: Span<UInt8>, orElse reason: RejectReason) throws(FieldError) -> Int {
        var index = 0
        var isNegative = false
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        guard index < text.count, text.count - index <= 3 else { throw FieldError(reason) }
        var value = 0
        while index < text.count {
            let digit = text[index] &- 0x30
            if digit > 9 { throw FieldError(reason) }
            value = value * 10 + Int(digit)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// TCP flags as letters, `...AP.SF`, with C and E for those of RFC 3168; other characters say nothing.
    static func flagLetters(_ text: Span<UInt8>) -> UInt8 {
        var flags: UInt8 = 0
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "C"): flags |= 0x80
            case UInt8(ascii: "E"): flags |= 0x40
            default: flags |= TCPFlag.of(text[index])
            }
        }
        return flags
    }

    /// A moment as machines write it: a civil time, seconds since 1970 with decimals, or, told by the number of their
    /// digits, milliseconds (12 to 14), microseconds (15 to 17) or nanoseconds since 1970.
    static func moment(_ text: Span<UInt8>, _ times: inout CivilTimeParser) throws(FieldError) -> Timestamp {
        if text.count >= 19, text[4] == UInt8(ascii: "-") || text[4] == UInt8(ascii: "/") {
            return try times.parse(text)
        }
        if text.count < 12 || text.first(UInt8(ascii: "."), from: 0) != nil {
            return Timestamp(nanoseconds: try nanoseconds(text, orElse: .badTime))
        }
        for index in text.indices where text[index] &- 0x30 > 9 { throw FieldError(.badTime) }
        let factor: UInt64 = text.count < 15 ? 1_000_000 : text.count < 18 ? 1000 : 1
        let (product, overflow) = try unsigned(text).multipliedReportingOverflow(by: factor)
        guard !overflow, let nanoseconds = Int64(exactly: product) else { throw FieldError(.timeOutOfRange) }
        return Timestamp(nanoseconds: nanoseconds)
    }

    /// Seconds of a duration as nanoseconds, 0 or more.
    static func duration(_ text: Span<UInt8>) throws(FieldError) -> Int64 {
        let value = try nanoseconds(text, orElse: .badDuration)
        if value < 0 { throw FieldError(.negativeNumber) }
        return value
    }

    /// Hours, minutes and seconds as nanoseconds: `0:00:53`, `26:10:33`, `00:00:01.250`.
    static func clock(_ text: Span<UInt8>) throws(FieldError) -> Int64 {
        guard let first = text.first(UInt8(ascii: ":"), from: 0),
            let second = text.first(UInt8(ascii: ":"), from: first + 1)
        else { throw FieldError(.badDuration) }
        let hours = try unsigned(text.extracting(0..<first))
        let minutes = try unsigned(text.extracting(first + 1..<second))
        let seconds = try duration(text.extracting(second + 1..<text.count))
        // Two hundred years; what is added stays in range.
        guard hours < 1_753_200 else { throw FieldError(.timeOutOfRange) }
        guard minutes < 60, seconds < 60_000_000_000 else { throw FieldError(.badDuration) }
        return Int64(hours * 3600 + minutes * 60) * 1_000_000_000 + seconds
    }
}

/// Civil times, with the last minute remembered: rows that follow each other mostly share it.
struct CivilTimeParser: Sendable {
    private var prefixHigh = UInt64.max
    private var prefixLow: UInt64 = 0
    private var minute: Int64 = 0

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
