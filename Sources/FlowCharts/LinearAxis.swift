/// An axis of numbers of either sign between two round ones.
struct LinearAxis {
    private let low: Double
    private let high: Double
    private let step: Double

    init(_ values: [Double]) {
        let finite = values.filter { $0.isFinite && abs($0) < 1e15 }
        let least = finite.min() ?? 0
        let most = max(finite.max() ?? 1, least)
        let span = most - least > 0 ? most - least : max(1, abs(least))
        var power = 1.0
        while power > span / 5 { power /= 10 }
        while power * 10 <= span / 5 { power *= 10 }
        let step = [1.0, 2, 5, 10].first { $0 * power >= span / 6 }.map { $0 * power } ?? power * 10
        self.step = step
        low = (least / step).rounded(.down) * step
        high = max((most / step).rounded(.up) * step, low + step)
    }

    /// Where a value stands, 0 at the low end and 1 at the high end.
    func place(_ value: Double) -> Double {
        guard value.isFinite else { return value > 0 ? 1 : 0 }
        return min(1, max(0, (value - low) / (high - low)))
    }

    /// Values to mark.
    var ticks: [Double] { (0...Int(((high - low) / step).rounded())).map { low + Double($0) * step } }

    /// A mark's number, without what rounding has left behind.
    func label(_ tick: Double) -> String { SVG.number((tick / step).rounded() * step) }
}
