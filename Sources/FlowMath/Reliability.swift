/// How often what was said to be so likely was so: ten bins of probability.
public struct Reliability: Sendable, Equatable {
    /// Predictions of about the same probability.
    public struct Bin: Sendable, Equatable {
        /// How many.
        public var count = 0
        /// The sum of their probabilities.
        public var expected = 0.0
        /// How many came true.
        public var observed = 0
    }

    /// From 0 to 1 in tenths.
    public private(set) var bins = Array(repeating: Bin(), count: 10)

    /// Nothing predicted.
    public init() {}

    /// Takes up a prediction.
    public mutating func add(_ probability: Double, isTrue: Bool) {
        let place = min(9, max(0, Int(min(1, max(0, probability)) * 10)))
        bins[place].count += 1
        bins[place].expected += probability
        bins[place].observed += isTrue ? 1 : 0
    }

    /// Takes up the predictions of another.
    public mutating func add(_ other: Reliability) {
        for index in bins.indices {
            bins[index].count += other.bins[index].count
            bins[index].expected += other.bins[index].expected
            bins[index].observed += other.bins[index].observed
        }
    }

    /// Expected calibration error: the mean distance of what came true from what was expected, by bin, weighted by
    /// their predictions; nil without any. Source: Naeini et al. 2015.
    public var error: Double? {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        return bins.reduce(0) { $0 + abs($1.expected - Double($1.observed)) } / Double(total)
    }
}
