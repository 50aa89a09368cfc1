/// RITA 5's beacon score of calls at `times` (seconds) in data of `span` seconds, sizes all alike: the mean of its four
/// scores with its default settings. Source: activecm/rita, analysis/beacons.go and default_config.hjson.
func rita(_ times: [Double], span: Double) -> Double {
    let seconds = times.map { $0.rounded(.down) }
    let intervals = zip(seconds, seconds.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.sorted()
    guard seconds.count >= 4, intervals.count >= 3 else { return 0 }
    let median = middle(intervals[...])
    let half = intervals.count / 2
    let first = middle(intervals[..<half])
    let third = middle(intervals[(half + intervals.count % 2)...])
    var skew = 0.0
    if third - first >= 10, median != first, median != third {
        skew = (first + third - 2 * median) / (third - first)
    }
    let deviation = middle(intervals.map { abs($0 - median) }.sorted()[...])
    let spread = median >= 1 ? max(0, (median - deviation) / median) : 1
    let regularity = (1 - abs(skew) + spread) / 2

    var bins = Array(repeating: 0.0, count: 24)
    for time in seconds { bins[min(23, max(0, Int(time / span * 24)))] += 1 }
    let bars = bins.count { $0 > 0 }
    let mean = bins.reduce(0, +) / 24
    let variance = bins.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 24
    let variation = variance.squareRoot() / mean
    var histogram = variation > 1 ? 0 : 1 - variation
    if bars >= 11 {
        let width = ((bins.max() ?? 1) * 0.05).rounded(.up)
        var heights: [Double: Int] = [:]
        for bin in bins where bin > 0 { heights[(bin / width).rounded(.down) * width, default: 0] += 1 }
        let modes = heights.values.sorted(by: >).prefix(2).reduce(0, +)
        histogram = max(histogram, min(1, Double(modes) / Double(max(1, bars - 1))))
    }

    var duration = 0.0
    if bars >= 6 {
        var longest = 0
        var run = 0
        for bin in bins + bins {
            run = bin > 0 ? run + 1 : 0
            longest = max(longest, min(24, run))
        }
        let coverage = ((seconds.last ?? 0) - (seconds.first ?? 0)) / span
        duration = max(min(1, coverage), min(1, Double(longest) / 12))
    }
    // Sizes that never differ score 1.
    return (regularity + 1 + histogram + duration) / 4
}

private func middle(_ sorted: ArraySlice<Double>) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let values = Array(sorted)
    let half = values.count / 2
    return values.count % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2
}
