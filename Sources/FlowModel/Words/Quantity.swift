/// Numbers as a person reads them.
public enum Quantity {
    /// `8.2 MB`, `340 B`.
    public static func bytes(_ value: Double) -> String {
        var scaled = value
        for unit in ["B", "kB", "MB", "GB"] {
            if scaled < 999.5 { return short(scaled) + " " + unit }
            scaled /= 1000
        }
        return short(scaled) + " TB"
    }

    /// A length of time: `250 µs`, `1.5 s`, `12 min`, `3 h`, `2 days`.
    public static func microseconds(_ value: Double) -> String {
        if value < 999.5 { return short(value) + " µs" }
        if value < 999_500 { return short(value / 1000) + " ms" }
        if value < 120e6 { return short(value / 1e6) + " s" }
        if value < 7200e6 { return short(value / 60e6) + " min" }
        return value < 172_800e6 ? short(value / 3600e6) + " h" : short(value / 86_400e6) + " days"
    }

    /// A number in a unit of feature tables: `8.2 MB`, `8.2 MB/s`, `12 min`, `340`.
    public static func amount(_ value: Double, unit: String) -> String {
        switch unit {
        case "B": bytes(value)
        case "B/s": bytes(value) + "/s"
        case "s": microseconds(value * 1e6)
        case "": short(value)
        default: short(value) + " " + unit
        }
    }

    /// Three digits at most: `0.34`, `8.2`, `340`.
    public static func short(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        if abs(value) >= 99.95 { return grouped(value.rounded()) }
        let factor = abs(value) >= 9.995 ? 10.0 : 100.0
        let rounded = (value * factor).rounded() / factor
        return rounded == rounded.rounded() ? grouped(rounded) : "\(rounded)"
    }

    /// `25,878`.
    public static func grouped(_ value: Double) -> String {
        guard abs(value) < 9e15 else { return "\(value)" }
        return grouped(Int(value))
    }

    /// `25,878`.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// `1 flow`, `12 flows`.
    public static func count(_ count: Int, _ noun: String) -> String {
        grouped(count) + " " + noun + (count == 1 ? "" : "s")
    }

    /// A share of 0 to 1 in whole percent: `34 %`.
    public static func percent(_ share: Double) -> String { "\(short((share * 100).rounded())) %" }

    /// A probability with two decimals, never rounded up to 1.
    public static func probability(_ value: Double) -> String {
        let hundredths = min(99, Int((value * 100).rounded()))
        return "0." + (hundredths < 10 ? "0" : "") + String(hundredths)
    }
}
