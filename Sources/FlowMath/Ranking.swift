/// How well scores put positives above negatives, ties counted as ties.
///
/// Average precision and ROC area are those of scikit-learn's `average_precision_score` and `roc_auc_score`.
public struct Ranking: Sendable {
    private var counts: [Double: (positives: Int, negatives: Int)] = [:]

    /// Nothing scored.
    public init() {}

    /// Takes up a score; NaN counts as the lowest.
    public mutating func add(_ score: Double, isPositive: Bool) {
        let score = score.isNaN ? -.infinity : score
        if isPositive {
            counts[score, default: (0, 0)].positives += 1
        } else {
            counts[score, default: (0, 0)].negatives += 1
        }
    }

    /// How many positives and negatives were scored.
    public var totals: (positives: Int, negatives: Int) {
        counts.values.reduce(into: (0, 0)) { sum, count in
            sum.0 += count.positives
            sum.1 += count.negatives
        }
    }

    /// The mean of precision over the positives, highest scores first; nil without positives.
    public var averagePrecision: Double? {
        let total = totals.positives
        guard total > 0 else { return nil }
        var seen = (positives: 0, all: 0)
        var sum = 0.0
        for score in counts.keys.sorted(by: >) {
            guard let count = counts[score] else { continue }
            seen.positives += count.positives
            seen.all += count.positives + count.negatives
            sum += Double(count.positives) * Double(seen.positives) / Double(seen.all)
        }
        return sum / Double(total)
    }

    /// The chance that a positive scores above a negative, a tie counting half; nil without either.
    public var rocArea: Double? {
        let total = totals
        guard total.positives > 0, total.negatives > 0 else { return nil }
        var below = 0
        var sum = 0.0
        for score in counts.keys.sorted() {
            guard let count = counts[score] else { continue }
            sum += Double(count.positives) * (Double(below) + Double(count.negatives) / 2)
            below += count.negatives
        }
        return sum / (Double(total.positives) * Double(total.negatives))
    }
}
