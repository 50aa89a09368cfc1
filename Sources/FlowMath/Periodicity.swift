import Glibc

/// How much better a clock explains the intervals between events than chance does.
///
/// The clock: each interval is a period, off by a uniform jitter that adds up, times as many as were missed in
/// between (each event is missed with the same chance), and now and then anything at all. Chance: a Poisson process
/// of any rate. Both are averaged over their scale with the same prior (dt/t), so the ratio does not depend on units
/// or rates, and 1 / ratio bounds the p-value of an interval list that a Poisson process made. Periods, jitters and
/// misses are averaged over a grid rather than searched for the best: that is the correction for looking everywhere.
/// Against bursts stand gamma intervals of shape below 1 and log-normal ones, which must explain less than the clock.
public struct Periodicity: Sendable, Equatable {
    /// ln of the likelihood of a clock over that of a Poisson process, with pauses or without, in nats.
    public var evidence: Double
    /// What the evidence must reach for so many intervals.
    public var threshold: Double
    /// The same against the best of the bursty processes.
    public var evidenceAgainstBursts: Double
    /// The period, in the unit of the intervals.
    public var period: Double
    /// By which share of the period an event is off at most, 0 to 1.
    public var jitter: Double
    /// Share of events that were missed, 0 to below 1.
    public var missed: Double

    /// Least number of intervals that anything is said of.
    public static let minimumIntervals = 7
    /// Most intervals: the products of their likelihoods must stay finite.
    public static let maximumIntervals = 64

    /// The evidence that so many intervals of a Poisson process reach so seldom that all looks at a pair together say
    /// "clock" of fewer than one pair in a thousand. Measured (`BeaconBenchmark null`).
    static func threshold(_ count: Int) -> Double {
        switch count {
        case ..<11: 7
        case 11: 5.25
        case 23: 6.3
        case 47: 4.6
        default: 6.5
        }
    }

    /// Share of intervals that follow no clock.
    private static let background = 0.01
    /// Most periods in one interval.
    private static let mostPeriods = 8
    private static let misses = SIMD4(0.05, 0.12, 0.3, 0.5)
    /// Jitters, and how likely each is held to be beforehand with each of `misses`; 1 in all. A
    /// narrow clock is found in any case; most goes to the widest that so many intervals can tell from chance at all.
    private static let few: [(jitter: Double, weights: SIMD4<Double>)] = [
        (0.41, [0.03, 0.52, 0.02, 0.01]), (0.55, [0.005, 0.01, 0.005, 0.005]), (0.3, [0.01, 0.02, 0.01, 0.005]),
        (0.2, [0.01, 0.03, 0.16, 0.02]), (0.1, [0.01, 0.01, 0.03, 0.02]), (0.04, [0.005, 0.005, 0.005, 0.025]),
    ]
    private static let many: [(jitter: Double, weights: SIMD4<Double>)] = [
        (0.82, [0.02, 0.04, 0.3, 0.02]), (0.61, [0.02, 0.08, 0.04, 0.3]), (0.42, [0.01, 0.02, 0.06, 0.02]),
        (0.25, [0.005, 0.005, 0.01, 0.01]), (0.12, [0.005, 0.005, 0.005, 0.005]),
        (0.04, [0.005, 0.005, 0.005, 0.005]),
    ]
    /// From this unevenness on no closer look at so many intervals is worth it: of 20,000 simulated clocks each, with
    /// the jitters and misses that so many can tell from chance at all, fewer than one in a thousand is as uneven; nine
    /// in ten Poisson processes are.
    private static func hopelessUnevenness(_ count: Int) -> Double {
        switch count {
        case ..<11: 0.12
        case ..<18: 0.18
        case ..<36: 0.2
        default: 0.28
        }
    }
    /// Below this a glance says that a closer look is not worth it.
    private static let hopeless = -1.5
    /// Intervals from which the wider jitters are looked for.
    private static let manyIntervals = 18

    /// Tests intervals, all above `deadTime`: events closer than that to the one before were counted with it.
    /// Parameter scratch: room to work in, so that the most frequent answer, nil, allocates nothing.
    /// Returns: nil when a look at the wide jitters shows no clock. Cost: some µs, or some hundred where there is one.
    public init?(_ intervals: [Double], deadTime: Double, atLeast least: Double? = nil, scratch: inout [Double]) {
        let count = Double(intervals.count)
        guard (Self.minimumIntervals...Self.maximumIntervals).contains(intervals.count) else { return nil }
        let sum = intervals.reduce(0, +)
        let excess = sum - count * deadTime
        guard excess > 0, sum.isFinite else { return nil }
        let mean = sum / count
        // In units of the mean interval the densities are near 1 and their products stay finite.
        scratch.removeAll(keepingCapacity: true)
        for interval in intervals { scratch.append(interval / mean) }
        guard Self.unevenness(reordering: &scratch) < Self.hopelessUnevenness(intervals.count) else { return nil }
        let median = Quartiles.select(intervals.count / 2, in: &scratch, from: 0)
        let scaled = intervals.map { $0 / mean }
        let chance = lgamma(count) - count * log(excess / mean)
        let bursts = Self.bursts(intervals.map { ($0 - deadTime) / mean })
        guard Self.glance(scaled, median: median) - max(chance, bursts) > (intervals.count < 11 ? 1 : Self.hopeless)
        else {
            return nil
        }
        var total = 0.0
        var best = Cell()
        for prior in intervals.count < Self.manyIntervals ? Self.few : Self.many {
            // The edges of a wide jitter are what tells it from chance, the more so the fewer the intervals.
            let step = prior.jitter / (prior.jitter < 0.25 ? 4 : intervals.count < Self.manyIntervals ? 16 : 8)
            let growth = exp(step)
            var period = median / 3.2
            while period < median * 1.5 {
                let weighed = (Self.likelihoods(scaled, period: period, jitter: prior.jitter) * prior.weights).sum()
                total += weighed * step
                best.take(weighed, period: period, jitter: prior.jitter)
                period *= growth
            }
            // A narrow clock is one for wide jitters too.
            if prior.jitter < 0.45, prior.jitter > 0.25, log(total) - chance < Self.hopeless { return nil }
        }
        guard total > 0, total.isFinite else { return nil }
        threshold = least ?? Self.threshold(intervals.count)
        guard log(total) - chance >= threshold else { return nil }
        let paused = Self.paused(intervals.map { ($0 - deadTime) / mean }, median: max(median - deadTime / mean, 1e-3))
        evidence = log(total) - max(chance, paused)
        evidenceAgainstBursts = log(total) - bursts
        guard evidence >= threshold, evidenceAgainstBursts > 0 else { return nil }
        (period, jitter) = (best.period, best.jitter)
        missed = 0
        refine(scaled, mean: mean)
    }

    /// ln of the arithmetic over the geometric mean, without the longest tenth, which may be pauses: 0 where all are
    /// equal, 0.58 for many of a Poisson process, more for bursts. Cost: a logarithm an interval.
    private static func unevenness(reordering intervals: inout [Double]) -> Double {
        let kept = intervals.count - (intervals.count + 9) / 10
        _ = Quartiles.select(kept, in: &intervals, from: 0)
        var sum = 0.0
        var logs = 0.0
        for index in 0..<kept {
            sum += intervals[index]
            logs += log(max(intervals[index], 1e-6))
        }
        return log(sum / Double(kept)) - logs / Double(kept)
    }

    /// ln of the likelihood of a clock on a coarse grid of wide jitters: a narrow clock is a wide one too.
    private static func glance(_ intervals: [Double], median: Double) -> Double {
        var total = 0.0
        for jitter in [0.45, 0.8] {
            let growth = exp(jitter / 2)
            var period = median / 3.2
            while period < median * 1.5 {
                total += likelihoods(intervals, period: period, jitter: jitter).sum() * jitter / 16
                period *= growth
            }
        }
        return log(total)
    }

    /// The likeliest place so far.
    private struct Cell {
        var likelihood = 0.0
        var period = 1.0
        var jitter = 0.0

        mutating func take(_ likelihood: Double, period: Double, jitter: Double) {
            if likelihood > self.likelihood { self = Cell(likelihood: likelihood, period: period, jitter: jitter) }
        }
    }

    /// The products of the intervals' densities for one period and jitter, for each of `misses`.
    private static func likelihoods(_ intervals: [Double], period: Double, jitter: Double) -> SIMD4<Double> {
        let misses = Self.misses
        let first = (1 - background) * (1 - misses) / (jitter * period)
        let rate = 1 / period
        let narrowness = 1 / jitter
        var products = SIMD4<Double>(repeating: 1)
        for interval in intervals {
            let ratio = interval * rate
            let inverse = 1 / (1 + ratio)
            // One, two and three periods without a branch: which of them it is cannot be foretold.
            let one = abs(ratio - 1) * narrowness < 1 ? 0.5 : 0
            let two = max(0, 2 - abs(ratio - 2) * narrowness) * 0.25
            let three = ratio >= 1 ? sumOfUniforms(abs(ratio - 3) * narrowness, 3) : 0
            var density = SIMD4(repeating: background * rate * inverse * inverse)
            density += first * (misses * (misses * three + two) + one)
            if ratio >= 2 { density += first * further(ratio, narrowness: narrowness) }
            products *= density
        }
        return products
    }

    /// What four periods and more in one interval add, by `misses`.
    private static func further(_ ratio: Double, narrowness: Double) -> SIMD4<Double> {
        var sum = SIMD4<Double>(repeating: 0)
        var share = misses * misses * misses
        var periods = 4
        while periods <= mostPeriods, Double(periods) <= ratio + 2 {
            sum += share * sumOfUniforms(abs(ratio - Double(periods)) * narrowness, periods)
            share *= misses
            periods += 1
        }
        return sum
    }

    /// The density of the sum of `count` numbers uniform from -1 to 1, three or more, at `distance` from 0: that of three
    /// with the right variance.
    static func sumOfUniforms(_ distance: Double, _ count: Int) -> Double {
        let shrink = shrinkage[count]
        let x = distance * shrink
        let wide = max(0, 3 - x)
        let narrow = max(0, 1 - x)
        return shrink * (wide * wide - 3 * narrow * narrow) * 0.0625
    }

    /// By count: what makes the variance of the sum of three that of the sum of so many.
    private static let shrinkage: InlineArray<9, Double> = .init { (3 / Double(max(1, $0))).squareRoot() }

    /// ln of the best likelihood among the bursty processes, each averaged over its scale.
    private static func bursts(_ intervals: [Double]) -> Double {
        let count = Double(intervals.count)
        // What the clock of the input does not resolve is not to weigh.
        let sorted = intervals.map { max($0, 1e-3) }
        let logs = sorted.map { log($0) }
        let sum = sorted.reduce(0, +)
        let logSum = logs.reduce(0, +)
        let squares = logs.reduce(0) { $0 + ($1 - logSum / count) * ($1 - logSum / count) }
        var best = -Double.infinity
        for shape in [0.4, 0.6] {
            best = max(
                best,
                (shape - 1) * logSum - count * lgamma(shape) + lgamma(count * shape) - count * shape * log(sum))
        }
        for deviation in [1, 1.5] {
            let variance = deviation * deviation
            best = max(
                best,
                -logSum - (count - 1) / 2 * log(2 * Double.pi * variance) - 0.5 * log(count) - squares / 2 / variance)
        }
        return best
    }

    /// ln of the likelihood of a Poisson process with pauses, averaged over its scale: what a burst leaves of itself.
    private static func paused(_ intervals: [Double], median: Double) -> Double {
        let pauses = 0.1
        let step = 0.25
        var total = 0.0
        var scale = median / 4
        while scale < max(4, median * 4) {
            var product = step
            for interval in intervals {
                let ratio = interval / scale
                product *= ((1 - pauses) * exp(-ratio) + pauses / ((1 + ratio) * (1 + ratio))) / scale
            }
            total += product
            scale *= exp(step)
        }
        return log(total)
    }

    /// Sharpens period and jitter: their means over a fine grid around the best place, weighed by likelihood, twice; and
    /// counts what was missed.
    private mutating func refine(_ intervals: [Double], mean: Double) {
        for _ in 0..<2 {
            var weights = 0.0
            var periods = 0.0
            var jitters = 0.0
            let reach = min(0.3, 1.2 * jitter)
            let low = max(0.002, jitter / 4)
            let growth = pow(min(1, jitter * 2.5) / low, 1.0 / 8)
            for index in -16...16 {
                let candidate = period * exp(Double(index) / 16 * reach)
                var width = low
                for _ in 0...8 {
                    let weight = Self.likelihoods(intervals, period: candidate, jitter: width).sum()
                    weights += weight
                    periods += weight * candidate
                    jitters += weight * width
                    width *= growth
                }
            }
            guard weights > 0, periods.isFinite else { break }
            period = periods / weights
            jitter = min(1, jitters / weights)
        }
        // Pauses are not misses: what is longer than any run of misses is left out.
        var counted = 0.0
        var elapsed = 0.0
        for interval in intervals where interval < (Double(Self.mostPeriods) + 0.5) * period {
            counted += 1
            elapsed += max(1, (interval / period).rounded())
        }
        missed = elapsed > 0 ? 1 - counted / elapsed : 0
        period *= mean
    }
}
