import FlowModel

/// The fields of Cisco Secure Network Analytics flow searches to values and back; CSV and JSON share them.
///
/// `--` is how the exporter writes "nothing".
enum SnaFields {
    private static let units: [(letter: UInt8, factor: UInt64)] = [
        (UInt8(ascii: "k"), 1000), (UInt8(ascii: "m"), 1_000_000), (UInt8(ascii: "g"), 1_000_000_000),
        (UInt8(ascii: "t"), 1_000_000_000_000), (UInt8(ascii: "p"), 1_000_000_000_000_000),
    ]

    /// Whether the text is `--`.
    static func isNothing(_ text: Span<UInt8>) -> Bool {
        text.count == 2 && text[0] == UInt8(ascii: "-") && text[1] == UInt8(ascii: "-")
    }

    /// Bytes: `424.39 M`, `62.75 K`, `1.2 G`, `320 `, `--`. Factors of 1000, in integers; part of a byte is an error.
    static func size(_ field: Span<UInt8>) throws(FieldError) -> UInt64 {
        let text = field.trimmed
        if isNothing(text) { return 0 }
        var end = text.count
        var factor: UInt64 = 1
        if end > 0, text[end - 1] &- 0x30 > 9 {
            let letter = text[end - 1] | 0x20
            for unit in units where unit.letter == letter { factor = unit.factor }
            if factor > 1 { end -= 1 }
        }
        let number = text.extracting(0..<end).trimmed
        guard let point = number.first(UInt8(ascii: "."), from: 0) else {
            return try multiplied(Field.unsigned(number), by: factor)
        }
        let whole = try multiplied(Field.unsigned(number.extracting(0..<point)), by: factor)
        guard point + 1 < number.count else { throw FieldError(.badNumber) }
        var fraction: UInt64 = 0
        var scale = factor
        for index in point + 1..<number.count {
            let digit = number[index] &- 0x30
            // A digit below one byte must be 0.
            guard digit <= 9, digit == 0 || scale % 10 == 0 else { throw FieldError(.badNumber) }
            scale /= 10
            fraction += UInt64(digit) * scale
        }
        let (sum, overflow) = whole.addingReportingOverflow(fraction)
        if overflow { throw FieldError(.numberTooLarge) }
        return sum
    }

    private static func multiplied(_ value: UInt64, by factor: UInt64) throws(FieldError) -> UInt64 {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        if overflow { throw FieldError(.numberTooLarge) }
        return product
    }

    /// Nanoseconds: `7hr 57min 56s`, `2day 3hr`, `20s`, `--`.
    static func duration(_ field: Span<UInt8>) throws(FieldError) -> Int64 {
        let text = field.trimmed
        if isNothing(text) { return 0 }
        if text.count > 1, text[0] == UInt8(ascii: "-"), text[1] &- 0x30 <= 9 { throw FieldError(.negativeNumber) }
        guard !text.isEmpty else { throw FieldError(.badDuration) }
        var seconds: UInt64 = 0
        var index = 0
        while index < text.count {
            let numberStart = index
            while index < text.count, text[index] &- 0x30 <= 9 { index += 1 }
            let unitStart = index
            while index < text.count, text[index] != 0x20 { index += 1 }
            guard unitStart > numberStart,
                let unit = secondsOfUnit(text.extracting(unitStart..<index))
            else { throw FieldError(.badDuration) }
            let part = try multiplied(Field.unsigned(text.extracting(numberStart..<unitStart)), by: unit)
            let (sum, overflow) = seconds.addingReportingOverflow(part)
            if overflow { throw FieldError(.numberTooLarge) }
            seconds = sum
            while index < text.count, text[index] == 0x20 { index += 1 }
        }
        guard let nanoseconds = Int64(exactly: try multiplied(seconds, by: 1_000_000_000)) else {
            throw FieldError(.numberTooLarge)
        }
        return nanoseconds
    }

    private static func secondsOfUnit(_ unit: Span<UInt8>) -> UInt64? {
        if unit.isEqual(to: "s") || unit.isEqual(to: "sec") { return 1 }
        if unit.isEqual(to: "min") || unit.isEqual(to: "m") { return 60 }
        if unit.isEqual(to: "hr") || unit.isEqual(to: "h") { return 3600 }
        if unit.isEqual(to: "day") || unit.isEqual(to: "days") || unit.isEqual(to: "d") { return 86_400 }
        return nil
    }

    /// A port and a protocol: `50928/TCP`, or `ICMP` without a port. A protocol we do not know is `unknown`.
    static func endpoint(_ field: Span<UInt8>) throws(FieldError) -> (port: UInt16, transport: Transport) {
        let text = field.trimmed
        guard !text.isEmpty else { throw FieldError(.unknownProtocol) }
        guard let slash = text.first(UInt8(ascii: "/"), from: 0) else {
            return (0, Transport(text: text) ?? .unknown)
        }
        // IANA's protocol 107 is called A/N.
        if text[0] &- 0x30 > 9, let transport = Transport(text: text) { return (0, transport) }
        guard slash + 1 < text.count else { throw FieldError(.unknownProtocol) }
        let port = try Field.port(text.extracting(0..<slash))
        return (port, Transport(text: text.extracting(slash + 1..<text.count)) ?? .unknown)
    }
}

extension SnaFields {
    /// Appends bytes: with K, M or G where two decimals say them exactly, else the bare number and a blank.
    static func append(size: UInt64, to bytes: inout [UInt8]) {
        if size == 0 {
            bytes.append("--")
            return
        }
        let written: [(factor: UInt64, letter: UInt8)] = [
            (1_000_000_000, UInt8(ascii: "G")), (1_000_000, UInt8(ascii: "M")), (1000, UInt8(ascii: "K")),
        ]
        for (factor, letter) in written where size >= factor && size % (factor / 100) == 0 {
            bytes.append(decimal: size / factor)
            let hundredths = Int(size % factor / (factor / 100))
            if hundredths > 0 {
                bytes.append(UInt8(ascii: "."))
                if hundredths % 10 == 0 {
                    bytes.append(decimal: hundredths / 10, width: 1)
                } else {
                    bytes.append(decimal: hundredths, width: 2)
                }
            }
            bytes.append(0x20)
            bytes.append(letter)
            return
        }
        bytes.append(decimal: size)
        bytes.append(0x20)
    }

    /// Appends a duration of nanoseconds in hours, minutes and whole seconds, rounded down.
    static func append(duration nanoseconds: Int64, to bytes: inout [UInt8]) {
        let seconds = UInt64(max(0, nanoseconds) / 1_000_000_000)
        if seconds == 0 {
            bytes.append("--")
            return
        }
        var isFirst = true
        func append(_ value: UInt64, _ unit: StaticString) {
            if value == 0 { return }
            if !isFirst { bytes.append(0x20) }
            isFirst = false
            bytes.append(decimal: value)
            bytes.append(unit)
        }
        append(seconds / 3600, "hr")
        append(seconds / 60 % 60, "min")
        append(seconds % 60, "s")
    }

    /// Appends `50928/TCP`, or the bare protocol where it has no ports.
    static func append(port: UInt16, transport: Transport, to bytes: inout [UInt8]) {
        let hasPorts = transport == .tcp || transport == .udp || transport == .sctp
        if hasPorts || port != 0 {
            bytes.append(decimal: UInt64(port))
            bytes.append(UInt8(ascii: "/"))
        }
        for byte in transport.description.utf8 {
            bytes.append(byte >= 0x61 && byte <= 0x7a ? byte & 0xdf : byte)
        }
    }

    /// Appends `2021-05-11T03:40:03.000+0000`; with nine decimals where three are not exact.
    static func append(start: Timestamp, to bytes: inout [UInt8]) {
        let civil = start.civil
        bytes.append(decimal: civil.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: civil.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: civil.day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(decimal: civil.hour, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: civil.minute, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: civil.second, width: 2)
        bytes.append(UInt8(ascii: "."))
        if civil.nanosecond % 1_000_000 == 0 {
            bytes.append(decimal: civil.nanosecond / 1_000_000, width: 3)
        } else {
            bytes.append(decimal: civil.nanosecond, width: 9)
        }
        bytes.append("+0000")
    }
}
