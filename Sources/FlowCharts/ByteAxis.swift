import FlowMath

/// An axis of bytes: linear, or logarithmic where the numbers span more than two and a half decades.
struct ByteAxis {
    let isLogarithmic: Bool
    private let low: Double
    private let high: Double

    init(_ values: [Double]) {
        let positive = values.filter { $0 > 0 && $0.isFinite }
        let largest = positive.max() ?? 1
        let smallest = positive.min() ?? 1
        isLogarithmic = largest / smallest > 316
        if isLogarithmic {
            low = Self.power(of: smallest, up: false)
            high = max(low * 10, Self.power(of: largest, up: true))
        } else {
            low = 0
            high = largest * 1.05
        }
    }

    /// Where a value stands, 0 at the low end and 1 at the high end.
    func place(_ value: Double) -> Double {
        guard value.isFinite else { return value > 0 ? 1 : 0 }
        if isLogarithmic {
            guard value > low else { return 0 }
            return min(1, logarithm(value / low) / logarithm(high / low))
        }
        return min(1, max(0, value / high))
    }

    /// Values to mark.
    var ticks: [Double] {
        if isLogarithmic {
            var ticks: [Double] = []
            var tick = low
            while tick <= high * 1.001, ticks.count < 20 {
                ticks.append(tick)
                tick *= 10
            }
            return ticks
        }
        let step = Self.roundStep(high / 5)
        return (0...6).map { Double($0) * step }.filter { $0 <= high }
    }

    private static func power(of value: Double, up: Bool) -> Double {
        var power = 1.0
        while power < value, power < 1e30 { power *= 10 }
        while power > value, power > 1e-30 { power /= 10 }
        return up && power < value ? power * 10 : power
    }

    /// 1, 2 or 5 times a power of ten, not below `step`.
    private static func roundStep(_ step: Double) -> Double {
        let power = power(of: max(step, 1e-9), up: false)
        for factor in [1.0, 2, 5, 10] where factor * power >= step { return factor * power }
        return power * 10
    }

    /// `1 kB`, `250 MB`.
    static func label(_ bytes: Double) -> String {
        var scaled = bytes
        for unit in ["B", "kB", "MB", "GB"] {
            if scaled < 1000 { return SVG.number(scaled) + " " + unit }
            scaled /= 1000
        }
        return SVG.number(scaled) + " TB"
    }
}
