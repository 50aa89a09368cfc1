/// How a number of a condition is written.
struct FilterNumber {
    /// What a message says is expected.
    let expected: String
    private let limit: UInt64
    private let units: [String: UInt64]

    /// A port.
    static let port = FilterNumber(
        expected: "a port (0 to 65535) or a range such as 1000-2000", limit: 65_535, units: ["": 1])
    /// Bytes, packets, and these a second; k, m, g and t are powers of 1000, as with nfdump.
    static let amount = FilterNumber(
        expected: "a number such as 500, 10k or 1.5m", limit: .max,
        units: ["": 1, "k": 1000, "m": 1_000_000, "g": 1_000_000_000, "t": 1_000_000_000_000])
    /// Nanoseconds. The unit must be there: a bare number is milliseconds with nfdump, and seconds to most people.
    static let time = FilterNumber(
        expected: "a time with its unit, such as 250ms, 10s, 5m or 1h", limit: UInt64(Int64.max),
        units: [
            "us": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
            "d": 86_400_000_000_000,
        ])

    /// The values that `text` stands for, `80` or `1000-2000`; nil if it is neither.
    func range(_ text: String) -> (low: UInt64, high: UInt64)? {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let low = value(parts[0]) else { return nil }
        guard parts.count == 2 else { return (low, low) }
        guard let high = value(parts[1]), low <= high else { return nil }
        return (low, high)
    }

    private func value(_ text: Substring) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard let factor = units[text[digits.endIndex...].lowercased()] else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = UInt64(parts[0]) else { return nil }
        var value = UInt128(whole) * UInt128(factor)
        if parts.count == 2 {
            guard parts[1].count <= 15, let decimals = UInt64(parts[1]) else { return nil }
            let scale = (0..<parts[1].count).reduce(UInt128(1)) { power, _ in power * 10 }
            let (quotient, rest) = (UInt128(decimals) * UInt128(factor)).quotientAndRemainder(dividingBy: scale)
            guard rest == 0 else { return nil }
            value += quotient
        }
        return value <= UInt128(limit) ? UInt64(value) : nil
    }
}
