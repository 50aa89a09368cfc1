/// Escapes in JSON strings.
enum JSONEscape {
    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte &- 0x30)
        case 0x61...0x66: UInt32(byte &- 0x57)
        case 0x41...0x46: UInt32(byte &- 0x37)
        default: nil
        }
    }

    /// Appends a string without its escapes. Half a surrogate pair becomes U+FFFD.
    static func decode(_ text: Span<UInt8>, _ buffer: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < text.count else {
                buffer.append(byte)
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "b"): buffer.append(0x08)
            case UInt8(ascii: "f"): buffer.append(0x0c)
            case UInt8(ascii: "n"): buffer.append(0x0a)
            case UInt8(ascii: "r"): buffer.append(0x0d)
            case UInt8(ascii: "t"): buffer.append(0x09)
            case UInt8(ascii: "u"):
                var unit = codeUnit(text, at: index) ?? 0xfffd
                index = min(index + 4, text.count)
                if unit & 0xfc00 == 0xd800, index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
                    text[index + 1] == UInt8(ascii: "u"), let low = codeUnit(text, at: index + 2),
                    low & 0xfc00 == 0xdc00
                {
                    unit = 0x10000 + (unit & 0x3ff) << 10 + (low & 0x3ff)
                    index += 6
                }
                let scalar = Unicode.Scalar(unit) ?? "\u{fffd}"
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { buffer.append(byte) }
            default: buffer.append(letter)
            }
        }
    }

    private static func codeUnit(_ text: Span<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= text.count else { return nil }
        var unit: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = digit(text[index]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }
}
