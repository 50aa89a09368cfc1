import FlowModel

extension Field {
    /// Seconds with decimals as nanoseconds, exact to the ninth decimal: `1655071198.444458`, `1e-05`, `-0.5`.
    /// Parameter scale: the power of ten of nanoseconds in the unit, 9 for seconds.
    static func nanoseconds(
        _ text: Span<UInt8>, scale: Int = 9, orElse reason: RejectReason
    ) throws(FieldError) -> Int64 {
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
        var power = scale - decimals + exponent
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

    static func exponent(_ text: Span<UInt8>, orElse reason: RejectReason) throws(FieldError) -> Int {
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

    /// A duration as nanoseconds, also with blanks around it, with a comma for the point, as hours, minutes and seconds,
    /// or as a word for nothing, which is 0. May be negative. Parameter scale: as of `nanoseconds`.
    @inline(__always)
    static func duration(_ text: Span<UInt8>, scale: Int = 9) throws(FieldError) -> Int64 {
        do throws(FieldError) {
            return try nanoseconds(text, scale: scale, orElse: .badDuration)
        } catch {
            if error.reason != .badDuration { throw error }
            return try unusualDuration(text, scale: scale)
        }
    }

    @inline(never)
    private static func unusualDuration(_ text: Span<UInt8>, scale: Int) throws(FieldError) -> Int64 {
        let text = text.trimmed
        if isNothing(text) || text.isEqual(to: "NaT") { return 0 }
        if let comma = text.first(UInt8(ascii: ","), from: 0) {
            let whole = try nanoseconds(text.extracting(0..<comma), scale: scale, orElse: .badDuration)
            var fraction = InlineArray<16, UInt8>(repeating: 0x30)
            guard text.count - comma <= 16 else { throw FieldError(.badDuration) }
            fraction[0] = UInt8(ascii: ".")
            for index in comma + 1..<text.count { fraction[index - comma] = text[index] }
            let rest = try nanoseconds(fraction.span, scale: scale, orElse: .badDuration)
            return text[0] == UInt8(ascii: "-") ? whole.subtractingClamped(rest) : whole.addingClamped(rest)
        }
        // `0 days 00:00:01.500000`, as pandas writes a difference of times.
        if let days = text.first(" day", from: 0) {
            let count = try unsigned(text.extracting(0..<days))
            guard count < 73_000 else { throw FieldError(.timeOutOfRange) }
            let rest = text.word(from: text.word(from: days).upperBound)
            let clock = rest.isEmpty ? 0 : try clock(text.extracting(rest))
            return Int64(count) * 86_400_000_000_000 + clock
        }
        if text.first(UInt8(ascii: ":"), from: 0) != nil { return try clock(text) }
        return try nanoseconds(text, scale: scale, orElse: .badDuration)
    }

    /// Hours, minutes and seconds as nanoseconds: `0:00:53`, `26:10:33`, `00:00:01.250`.
    static func clock(_ text: Span<UInt8>) throws(FieldError) -> Int64 {
        guard let first = text.first(UInt8(ascii: ":"), from: 0),
            let second = text.first(UInt8(ascii: ":"), from: first + 1)
        else { throw FieldError(.badDuration) }
        let hours = try unsigned(text.extracting(0..<first))
        let minutes = try unsigned(text.extracting(first + 1..<second))
        let seconds = try nanoseconds(text.extracting(second + 1..<text.count), orElse: .badDuration)
        // Two hundred years; what is added stays in range.
        guard hours < 1_753_200 else { throw FieldError(.timeOutOfRange) }
        guard minutes < 60, (0..<60_000_000_000).contains(seconds) else { throw FieldError(.badDuration) }
        return Int64(hours * 3600 + minutes * 60) * 1_000_000_000 + seconds
    }
}
