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

    /// A probability with two decimals, never rounded up to 1.
    public static func probability(_ value: Double) -> String {
        let hundredths = min(99, Int((value * 100).rounded()))
        return "0." + (hundredths < 10 ? "0" : "") + String(hundredths)
    }
}
