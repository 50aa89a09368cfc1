/// RITA 5's beacon score. Source: activecm/rita, analysis/beacons.go and default_config.hjson.
public enum RITABeacon {
    /// The mean of its four scores, 0 to 1, of calls at `times` (seconds) and their sizes, in data that runs from
    /// `from` to `to` (seconds); nil with fewer than three intervals.
    public static func score(times: [Double], bytes: [Double], from: Double, to: Double) -> Double? {
        let seconds = times.map { $0.rounded(.down) }.sorted()
        let intervals = zip(seconds, seconds.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.sorted()
        guard intervals.count >= 3, bytes.count >= 3, to > from else { return nil }
        let bins = histogram(seconds, from: from, to: to)
        let bars = bins.count { $0 > 0 }
        let duration = bars < 6 ? 0 : max(coverage(seconds, span: to - from), consistency(bins))
        let sum =
            regularity(intervals, deviationScore: 1) + regularity(bytes.sorted(), deviationScore: 0)
            + max(flatness(bins), twoLevels(bins, bars: bars)) + duration
        return rounded(sum / 4)
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    /// Bowley's skewness and the median deviation of sorted values. Parameter deviationScore: of a median below 1.
    private static func regularity(_ sorted: [Double], deviationScore: Double) -> Double {
        let median = middle(sorted[...])
        let half = sorted.count / 2
        let first = middle(sorted[..<half])
        let third = middle(sorted[(half + sorted.count % 2)...])
        var skew = 0.0
        if third - first >= 10, median != first, median != third {
            skew = (first + third - 2 * median) / (third - first)
        }
        let deviation = middle(sorted.map { abs($0 - median) }.sorted()[...])
        let spread = median >= 1 ? max(0, (median - deviation) / median) : deviationScore
        return rounded((1 - abs(skew) + spread) / 2)
    }

    private static func histogram(_ seconds: [Double], from: Double, to: Double) -> [Double] {
        var bins = Array(repeating: 0.0, count: 24)
        for time in seconds { bins[Int(min(23, max(0, (time - from) / (to - from) * 24)))] += 1 }
        return bins
    }

    /// One less the coefficient of variation of the bars.
    private static func flatness(_ bins: [Double]) -> Double {
        let mean = bins.reduce(0, +) / 24
        let variance = bins.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 24
        return rounded(max(0, 1 - variance.squareRoot() / mean))
    }

    /// Share of the bars that have one of the two most frequent heights.
    private static func twoLevels(_ bins: [Double], bars: Int) -> Double {
        guard bars >= 11 else { return 0 }
        let width = ((bins.max() ?? 1) * 0.05).rounded(.up)
        var heights: [Double: Int] = [:]
        for bin in bins where bin > 0 { heights[(bin / width).rounded(.down) * width, default: 0] += 1 }
        let modes = heights.values.sorted(by: >).prefix(2).reduce(0, +)
        return min(1, rounded(Double(modes) / Double(max(1, bars - 1))))
    }

    private static func coverage(_ seconds: [Double], span: Double) -> Double {
        let share = ((seconds.last ?? 0) - (seconds.first ?? 0)) / span
        return min(1, (share * 1000).rounded(.up) / 1000)
    }

    /// The longest run of bars, around the end, against twelve hours.
    private static func consistency(_ bins: [Double]) -> Double {
        var longest = 0
        var run = 0
        for bin in bins + bins {
            run = bin > 0 ? run + 1 : 0
            longest = max(longest, min(24, run))
        }
        return min(1, (Double(longest) / 12 * 1000).rounded(.up) / 1000)
    }

    private static func middle(_ sorted: ArraySlice<Double>) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let half = sorted.startIndex + sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
