import FlowModel

/// A field that could not be read, and why.
struct FieldError: Error {
    var reason: RejectReason
    init(_ reason: RejectReason) { self.reason = reason }
}

/// Fields of text to values. Pure, without allocation; anything unexpected is a `FieldError`.
enum Field {
    /// A number of 1 to 18 digits and nothing else.
    @inline(__always)
    static func digits(_ text: Span<UInt8>) -> UInt64? {
        let count = text.count
        guard count &- 1 < 18, count > 0 else { return nil }
        var value: UInt64 = 0
        for index in 0..<count {
            let digit = text[index] &- 0x30
            if digit > 9 { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    /// A whole number, 0 or more.
    static func unsigned(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        if let value = digits(text) { return value }
        if text.isEmpty { throw FieldError(.badNumber) }
        var value: UInt64 = 0
        for index in text.indices {
            let digit = text[index] &- 0x30
            if digit > 9 { throw FieldError(isNegative(text) ? .negativeNumber : .badNumber) }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { throw FieldError(.numberTooLarge) }
            value = sum
        }
        return value
    }

    static func isNegative(_ text: Span<UInt8>) -> Bool {
        guard text.count > 1, text[0] == UInt8(ascii: "-") else { return false }
        for index in 1..<text.count where text[index] &- 0x30 > 9 && text[index] != UInt8(ascii: ".") { return false }
        return true
    }

    /// A port: decimal, or hexadecimal as Argus writes ICMP types (`0x000b`).
    static func port(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        if text.count < 6, let value = digits(text) {
            guard let port = UInt16(exactly: value) else { throw FieldError(.badPort) }
            return port
        }
        guard let port = hexadecimal(text) else { throw FieldError(.badPort) }
        return port
    }

    /// A port as tables have it: also with blanks around it, as `443.0`, or as a word for nothing, which is 0.
    @inline(__always)
    static func loosePort(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        if text.count < 6, let value = digits(text), let port = UInt16(exactly: value) { return port }
        return try unusualPort(text)
    }

    @inline(never)
    private static func unusualPort(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        let text = text.trimmed
        return isNothing(text) ? 0 : try port(withoutZeroDecimals(text))
    }

    /// `443` of `443.0`, as pandas writes whole numbers of a column with gaps.
    @_lifetime(copy text)
    static func withoutZeroDecimals(_ text: Span<UInt8>) -> Span<UInt8> {
        guard let point = text.first(UInt8(ascii: "."), from: 0), point > 0, point + 1 < text.count else {
            return text
        }
        for index in point + 1..<text.count where text[index] != 0x30 { return text }
        return text.extracting(0..<point)
    }

    /// `0x1b`, up to 16 bits.
    static func hexadecimal(_ text: Span<UInt8>) -> UInt16? {
        guard (3...6).contains(text.count), text[0] == 0x30, text[1] | 0x20 == UInt8(ascii: "x") else { return nil }
        var value: UInt32 = 0
        for index in 2..<text.count {
            guard let digit = JSONEscape.digit(text[index]) else { return nil }
            value = value << 4 | digit
        }
        return UInt16(truncatingIfNeeded: value)
    }

    /// An address.
    static func address(_ text: Span<UInt8>) throws(FieldError) -> IPAddress {
        if let address = IPAddress(text: text) ?? IPAddress(text: text.trimmed) { return address }
        throw FieldError(.badAddress)
    }

    /// A protocol by name or number, also with blanks around it or as `6.0`; nil for none that is known.
    @inline(__always)
    static func transport(_ text: Span<UInt8>) -> Transport? {
        if let transport = Transport(text: text) { return transport }
        return Transport(text: withoutZeroDecimals(text.trimmed))
    }

    /// TCP flags as letters, `...AP.SF`, or as a number, 27 or 0x1b; 0 where there is nothing.
    static func flags(_ text: Span<UInt8>) throws(FieldError) -> UInt8 {
        let text = text.trimmed
        if isNothing(text) { return 0 }
        if let flags = hexadecimal(text) { return UInt8(truncatingIfNeeded: flags) }
        if text[0] &- 0x30 > 9 { return flagLetters(text) }
        guard let flags = UInt8(exactly: try unsigned(withoutZeroDecimals(text))) else {
            throw FieldError(.numberTooLarge)
        }
        return flags
    }

    /// TCP flags as letters, with C and E for those of RFC 3168; other characters say nothing.
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

    /// Whether a field is empty, or a word that programs write for nothing.
    static func isNothing(_ text: Span<UInt8>) -> Bool {
        let count = text.count
        if count == 0 { return true }
        guard count <= 7 else { return false }
        switch text[0] | 0x20 {
        case UInt8(ascii: "-"):
            for index in 1..<count where text[index] != UInt8(ascii: "-") { return false }
            return count <= 3
        case UInt8(ascii: "n"):
            for word in ["nan", "null", "none", "n/a", "na", "nil"] as [StaticString] where text.isEqual(to: word) {
                return true
            }
            return false
        case UInt8(ascii: "<"): return text.isEqual(to: "<NA>") || text.isEqual(to: "<none>")
        case UInt8(ascii: "("): return text.isEqual(to: "(empty)")
        default: return false
        }
    }
}
