import FlowModel

extension Field {
    /// Bytes or packets as tables have them: whole, also with blanks around them, as `1300.0` or `1.3e+06`, with commas
    /// between thousands, scaled by 1000s as `1.2 M`, or as a word for nothing, which is 0.
    @inline(__always)
    static func count(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        if let value = digits(text) { return value }
        return try unusualCount(text)
    }

    @inline(never)
    private static func unusualCount(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        let text = text.trimmed
        if isNothing(text) { return 0 }
        if text[text.count - 1] &- 0x30 > 9 { return try SnaFields.size(text) }
        var mantissa: UInt64 = 0
        var decimals = 0
        var hasPoint = false
        var digitsSinceComma: Int?
        var power = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte &- 0x30 <= 9 {
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- 0x30))
                if overflow || carry { throw FieldError(.numberTooLarge) }
                mantissa = sum
                if hasPoint { decimals += 1 } else { digitsSinceComma = digitsSinceComma.map { $0 + 1 } }
            } else if byte == UInt8(ascii: ","), index > 0, !hasPoint, digitsSinceComma ?? 3 == 3 {
                digitsSinceComma = 0
            } else if byte == UInt8(ascii: "."), index > 0, !hasPoint {
                hasPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e"), index > 0 {
                power = try exponent(text.extracting(index + 1..<text.count), orElse: .badNumber)
                break
            } else {
                throw FieldError(isNegative(text) ? .negativeNumber : .badNumber)
            }
            index += 1
        }
        guard digitsSinceComma ?? 3 == 3 else { throw FieldError(.badNumber) }
        return try scaled(mantissa, by: power - decimals)
    }

    /// `mantissa` × 10^`power`, which must be whole.
    private static func scaled(_ mantissa: UInt64, by power: Int) throws(FieldError) -> UInt64 {
        var value = mantissa
        var power = power
        while power < 0, value > 0 {
            guard value % 10 == 0 else { throw FieldError(.badNumber) }
            value /= 10
            power += 1
        }
        while power > 0, value > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { throw FieldError(.numberTooLarge) }
            value = product
            power -= 1
        }
        return value
    }
}
