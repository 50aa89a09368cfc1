import FlowModel

/// Times in the headers of syslog lines: `Jan  5 10:00:07` (RFC 3164), also with a year, and ISO (RFC 5424).
struct SyslogTimeParser: Sendable {
    /// The year of a time without one: a leap year, so that every day of a year exists.
    static let defaultYear: UInt64 = 2000

    /// How much of a header is looked at, in bytes.
    private static let reach = 256

    private var times = CivilTimeParser()

    /// The moment a line was written, UTC where no offset is given. Parameter header: what stands before the message.
    ///
    /// A relay puts its own time before the device's: the first one with a year counts, else the first.
    mutating func parse(_ header: Span<UInt8>) throws(FieldError) -> Timestamp {
        let header = header.extracting(0..<min(header.count, Self.reach))
        var first: Timestamp?
        var isWordStart = true
        for index in header.indices {
            let byte = header[index]
            defer { isWordStart = byte == 0x20 || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ">") }
            guard isWordStart else { continue }
            let text = header.extracting(index..<header.count)
            if byte &- 0x30 <= 9 {
                guard text.count >= 19, text[4] == UInt8(ascii: "-") else { continue }
                let end = text.first(0x20, from: 19) ?? text.count
                return try times.parse(Self.withoutColon(text.extracting(0..<end)))
            }
            guard let (time, hasYear) = Self.date(text) else { continue }
            if hasYear { return time }
            first = first ?? time
        }
        guard let first else { throw FieldError(.badTime) }
        return first
    }

    /// `Jan  5 10:00:07` or `Jan 05 2026 10:00:07.250` at the front of `text`; nil for anything else.
    private static func date(_ text: Span<UInt8>) -> (time: Timestamp, hasYear: Bool)? {
        guard let month = month(text) else { return nil }
        let dayWord = text.word(from: 3)
        let next = text.word(from: dayWord.upperBound)
        let hasYear = next.count == 4
        let clockWord = hasYear ? text.word(from: next.upperBound) : next
        guard dayWord.lowerBound > 3, let day = try? Field.unsigned(text.extracting(dayWord)), day < 32,
            let year = hasYear ? try? Field.unsigned(text.extracting(next)) : defaultYear,
            let clock = try? Field.clock(withoutColon(text.extracting(clockWord))), clock < 86_400_000_000_000,
            let midnight = Timestamp(year: Int(year), month: month, day: Int(day))
        else { return nil }
        return (midnight.advanced(by: clock), hasYear)
    }

    static func month(_ text: Span<UInt8>) -> Int? {
        guard text.count > 3 else { return nil }
        let names: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"
        return names.withUTF8Buffer { names in
            for month in 0..<12 {
                if text[0] | 0x20 == names[3 * month], text[1] | 0x20 == names[3 * month + 1],
                    text[2] | 0x20 == names[3 * month + 2]
                {
                    return month + 1
                }
            }
            return nil
        }
    }

    /// A colon often ends the header.
    @_lifetime(copy text)
    private static func withoutColon(_ text: Span<UInt8>) -> Span<UInt8> {
        guard text.count > 0, text[text.count - 1] == UInt8(ascii: ":") else { return text }
        return text.extracting(0..<text.count - 1)
    }
}
