/// A vertical axis of counts, from 0 to a round number.
struct CountAxis {
    private let step: Int
    /// The count at its upper end.
    let most: Int

    /// An axis that reaches `count`. Parameter steps: lines at most above 0.
    init(reaching count: Int, steps: Int = 5) {
        var power = 1
        var found: Int?
        // 1, 2 or 5 times a power of ten.
        while found == nil, power < 1 << 58 {
            found = [power, 2 * power, 5 * power].first {
                $0.multipliedReportingOverflow(by: steps).overflow || $0 * steps >= count
            }
            power *= 10
        }
        step = found ?? count
        most = max(1, (max(1, count) - 1) / step + 1) * step
    }

    /// Where a count stands, 0 at the low end and 1 at the high end.
    func place(_ count: Int) -> Double { min(1, Double(count) / Double(most)) }

    /// Draws its lines and numbers.
    func draw(_ svg: inout SVG, left: Double, right: Double, top: Double, bottom: Double) {
        for tick in stride(from: 0, through: most, by: step) {
            let y = bottom - place(tick) * (bottom - top)
            svg.line(left, y, right, y, style: "grid")
            svg.label(Self.grouped(tick), x: left - 8, y: y + 4, style: "faint", anchor: "end")
        }
    }

    /// `25,000`.
    private static func grouped(_ count: Int) -> String {
        let digits = Array(String(count))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digits[index])
        }
    }
}
