extension IPAddress {
    /// The address written in `text`: dotted IPv4 or RFC 4291 IPv6, without brackets, zone or blanks; nil if it is
    /// anything else. Leading zeros in IPv4 octets are accepted as decimal. Cost: O(length), no allocation.
    public init?(text: Span<UInt8>) {
        if let address = Self.parseV4(text) {
            self.init(v4: address)
        } else if let address = Self.parseV6(text) {
            self = address
        } else {
            return nil
        }
    }

    /// The address written in `text`; nil if it is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(text: bytes.span)
    }

    private static func parseV4(_ text: Span<UInt8>) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in text.indices {
            let byte = text[index]
            let digit = byte &- 0x30
            if digit < 10 {
                octet = octet &* 10 &+ UInt32(digit)
                digits &+= 1
                if digits > 3 || octet > 255 { return nil }
            } else if byte == UInt8(ascii: ".") {
                if digits == 0 || dots == 3 { return nil }
                address = address << 8 | octet
                octet = 0
                digits = 0
                dots &+= 1
            } else {
                return nil
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return address << 8 | octet
    }

    private static func parseV6(_ text: Span<UInt8>) -> IPAddress? {
        guard text.count >= 2, text.count <= 45 else { return nil }
        var high: UInt64 = 0  // groups before "::"
        var low: UInt64 = 0
        var groups = 0
        var gapAt = -1
        var index = 0
        // Shifts one more 16-bit group into the 128 bits.
        func push(_ group: UInt64) {
            high = high << 16 | low >> 48
            low = low << 16 | group
            groups += 1
        }
        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            gapAt = 0
            index = 2
        }
        while index < text.count {
            let start = index
            var group: UInt64 = 0
            while index < text.count, let digit = hexDigit(text[index]) {
                group = group << 4 | UInt64(digit)
                index += 1
                if index - start > 4 { return nil }
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard groups <= 6, let v4 = parseV4(text.extracting(start..<text.count)) else { return nil }
                push(UInt64(v4 >> 16))
                push(UInt64(v4 & 0xffff))
                index = text.count
                break
            }
            guard index > start, groups < 8 else { return nil }
            push(group)
            if index == text.count { break }
            guard text[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            if index == text.count { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard gapAt < 0 else { return nil }
                gapAt = groups
                index += 1
            }
        }
        if gapAt < 0 { return groups == 8 ? IPAddress(high: high, low: low) : nil }
        guard groups < 8 else { return nil }
        // Move the groups before the gap up to the front.
        let tail = groups - gapAt
        let all = Wide(high: high, low: low)
        let front = all.shiftedRight(by: 16 * tail).shiftedLeft(by: 16 * (8 - gapAt))
        let back =
            tail == 0 ? Wide(high: 0, low: 0) : all.shiftedLeft(by: 16 * (8 - tail)).shiftedRight(by: 16 * (8 - tail))
        return IPAddress(high: front.high | back.high, low: front.low | back.low)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x61...0x66: byte &- 0x57
        case 0x41...0x46: byte &- 0x37
        default: nil
        }
    }

    /// Appends the address as text: dotted IPv4, or IPv6 in the canonical form of RFC 5952.
    public func append(to bytes: inout [UInt8]) {
        if let v4 {
            for shift in [24, 16, 8, 0] as [UInt32] {
                if shift != 24 { bytes.append(UInt8(ascii: ".")) }
                Self.appendDecimal(UInt8(truncatingIfNeeded: v4 >> shift), to: &bytes)
            }
            return
        }
        // The longest run of two or more zero groups becomes "::".
        var bestStart = -1
        var bestLength = 1
        var runStart = -1
        for index in 0..<8 {
            if group(index) == 0 {
                if runStart < 0 { runStart = index }
                if index - runStart + 1 > bestLength {
                    bestStart = runStart
                    bestLength = index - runStart + 1
                }
            } else {
                runStart = -1
            }
        }
        var index = 0
        while index < 8 {
            if index == bestStart {
                bytes.append(UInt8(ascii: ":"))
                bytes.append(UInt8(ascii: ":"))
                index += bestLength
                continue
            }
            if index > 0 && index != bestStart + bestLength || index > 0 && bestStart < 0 {
                bytes.append(UInt8(ascii: ":"))
            }
            Self.appendHexadecimal(group(index), to: &bytes)
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index & 3)))
    }

    private static func appendDecimal(_ value: UInt8, to bytes: inout [UInt8]) {
        if value >= 100 { bytes.append(0x30 + value / 100) }
        if value >= 10 { bytes.append(0x30 + value / 10 % 10) }
        bytes.append(0x30 + value % 10)
    }

    private static func appendHexadecimal(_ value: UInt16, to bytes: inout [UInt8]) {
        var started = false
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(value >> shift & 0xf)
            if digit == 0 && !started && shift > 0 { continue }
            started = true
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// 128 bits, for the shifts of a "::" in the middle.
private struct Wide {
    var high: UInt64
    var low: UInt64

    func shiftedLeft(by count: Int) -> Wide {
        if count >= 128 { return Wide(high: 0, low: 0) }
        if count >= 64 { return Wide(high: low << UInt64(count - 64), low: 0) }
        if count == 0 { return self }
        return Wide(high: high << UInt64(count) | low >> UInt64(64 - count), low: low << UInt64(count))
    }

    func shiftedRight(by count: Int) -> Wide {
        if count >= 128 { return Wide(high: 0, low: 0) }
        if count >= 64 { return Wide(high: 0, low: high >> UInt64(count - 64)) }
        if count == 0 { return self }
        return Wide(high: high >> UInt64(count), low: low >> UInt64(count) | high << UInt64(64 - count))
    }
}
