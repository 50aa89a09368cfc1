/// Figures of a list of numbers, as pandas computes them.
public struct Statistics: Sendable, Equatable {
    /// How many numbers.
    public var count: Int
    /// Their sum.
    public var sum: Double
    /// Their mean.
    public var mean: Double
    /// Their median.
    public var median: Double
    /// Median absolute deviation from the median, not scaled.
    public var mad: Double
    /// The 0.95-quantile, by linear interpolation (Hyndman and Fan 1996, type 7).
    public var p95: Double
    /// The largest.
    public var maximum: Double
    /// Above this a number is an outlier on a log scale: exp(median(ln x) + 3.5 · 1.4826 · MAD(ln x)) over the numbers
    /// above 0 (Iglewicz and Hoaglin 1993, ch. 3); with a MAD of 0 the spread is taken to be ln 2. Infinite when no
    /// number is above 0.
    public var robustLimit: Double

    /// Robust deviations that make an outlier (Iglewicz and Hoaglin 1993).
    public static let outlierDeviations = 3.5

    /// The figures of `values`; nil when there are none. Cost: O(n log n).
    public init?(_ values: [Double]) {
        guard let largest = values.max() else { return nil }
        let sorted = values.sorted()
        count = values.count
        sum = values.reduce(0, +)
        mean = sum / Double(count)
        let middle = Self.quantile(0.5, ofSorted: sorted)
        median = middle
        mad = Self.quantile(0.5, ofSorted: sorted.map { abs($0 - middle) }.sorted())
        p95 = Self.quantile(0.95, ofSorted: sorted)
        maximum = largest
        robustLimit = Self.robustLimit(ofSorted: sorted)
    }

    /// The q-quantile (0 to 1) of sorted numbers; NaN when there are none.
    public static func quantile(_ q: Double, ofSorted sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let position = min(max(q, 0), 1) * Double(sorted.count - 1)
        let low = Int(position)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
    }

    private static func robustLimit(ofSorted sorted: [Double]) -> Double {
        let logs = sorted.filter { $0 > 0 }.map { logarithm($0) }
        guard !logs.isEmpty else { return .infinity }
        let center = quantile(0.5, ofSorted: logs)
        let spread = quantile(0.5, ofSorted: logs.map { abs($0 - center) }.sorted())
        let scale = spread > 0 ? 1.4826 * spread : logarithm(2)
        return exponential(center + outlierDeviations * scale)
    }
}
