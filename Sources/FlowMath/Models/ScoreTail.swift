/// How rare a score is, by the scores of the rows that a model learnt from: nothing is assumed of their distribution.
public struct ScoreTail: Sendable, Codable, Equatable {
    /// How many of the highest scores are kept: more tell nothing of what is rare.
    static let limit = 2_000

    /// The highest scores, descending.
    private let scores: [Double]
    /// Of each: how many rows score as much or more.
    private let counts: [Double]
    /// How many rows there were, by weight.
    public let rows: Double

    /// The tail of scores. Parameter weights: how often each counts; once where there are none.
    public init(_ scores: [Double], weights: [Double]? = nil) {
        rows = weights?.reduce(0, +) ?? Double(scores.count)
        var highest: [Double] = []
        var counts: [Double] = []
        var count = 0.0
        for row in scores.indices.sorted(by: { (scores[$1], $0) < (scores[$0], $1) }) {
            count += weights?[row] ?? 1
            if scores[row] == highest.last {
                counts[counts.count - 1] = count
            } else if highest.count < Self.limit {
                highest.append(scores[row])
                counts.append(count)
            } else {
                break
            }
        }
        self.scores = highest
        self.counts = counts
    }

    /// The share of rows that score as much or more, the row itself counted as one of them, so that it is never 0; 1
    /// where the score is not among the highest.
    public func share(atLeast score: Double) -> Double {
        guard let lowest = scores.last, score >= lowest else { return 1 }
        var low = 0
        var high = scores.count
        while low < high {
            let middle = (low + high) / 2
            if scores[middle] >= score { low = middle + 1 } else { high = middle }
        }
        return min(1, ((low == 0 ? 0 : counts[low - 1]) + 1) / (rows + 1))
    }

    /// Whether it is what a model's training leaves.
    public var isValid: Bool {
        guard !scores.isEmpty, scores.count == counts.count, rows > 0, rows.isFinite else { return false }
        guard scores.allSatisfy(\.isFinite), counts.allSatisfy({ $0 > 0 && $0 <= rows }) else { return false }
        return zip(scores, scores.dropFirst()).allSatisfy { $0 > $1 }
            && zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 }
    }
}
