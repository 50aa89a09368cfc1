/// Fits of a chance to a score.
public enum ChanceFit {
    /// A stretch of scores with the same chance.
    public struct Block: Sendable, Equatable {
        /// The mean score.
        public var score: Double
        /// How many, and how many of them are positive.
        public var count: Double
        public var positives: Double
    }

    /// Isotonic regression: chances that never fall as the score rises. Parameter samples: finite scores. Cost: that of
    /// sorting. Source: pool adjacent violators, Ayer et al. 1955.
    public static func isotonic(_ samples: [(score: Double, isPositive: Bool)]) -> [Block] {
        var ties: [Block] = []
        for sample in samples.sorted(by: { $0.score < $1.score }) {
            if ties.last?.score != sample.score { ties.append(Block(score: sample.score, count: 0, positives: 0)) }
            ties[ties.count - 1].count += 1
            ties[ties.count - 1].positives += sample.isPositive ? 1 : 0
        }
        var blocks: [Block] = []
        for var block in ties {
            while let last = blocks.last, last.positives * block.count >= block.positives * last.count {
                blocks.removeLast()
                let count = last.count + block.count
                block = Block(
                    score: (last.score * last.count + block.score * block.count) / count, count: count,
                    positives: last.positives + block.positives)
            }
            blocks.append(block)
        }
        return blocks
    }

    /// Log-odds as a line over the score, by maximum likelihood on smoothed targets. Parameter samples: finite scores
    /// about ±100. Returns: slope and offset; 1 and 0 without samples of both kinds, or where the line would fall.
    /// Source: Platt 1999; the iteration of Lin, Lin and Weng 2007, shortened.
    public static func platt(_ samples: [(score: Double, isPositive: Bool)]) -> (slope: Double, offset: Double) {
        let positives = Double(samples.count { $0.isPositive })
        let negatives = Double(samples.count) - positives
        guard positives > 0, negatives > 0 else { return (1, 0) }
        let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
        func loss(_ slope: Double, _ offset: Double) -> Double {
            samples.reduce(0) { sum, sample in
                let value = slope * sample.score + offset
                let target = sample.isPositive ? high : low
                // −log of the likelihood, written so that it does not overflow.
                return sum + max(value, 0) - target * value + logarithm(1 + exponential(-abs(value)))
            }
        }
        var (slope, offset) = (1.0, 0.0)
        var best = loss(slope, offset)
        for _ in 0..<100 {
            var (a, b, c, g, h) = (1e-9, 0.0, 1e-9, 0.0, 0.0)
            for sample in samples {
                let chance = logistic(slope * sample.score + offset)
                let weight = chance * (1 - chance)
                let error = chance - (sample.isPositive ? high : low)
                a += weight * sample.score * sample.score
                b += weight * sample.score
                c += weight
                g += error * sample.score
                h += error
            }
            let determinant = a * c - b * b
            guard abs(g) + abs(h) > 1e-7, determinant > 0 else { break }
            let step = (-(c * g - b * h) / determinant, -(a * h - b * g) / determinant)
            var size = 1.0
            while size > 1e-10, loss(slope + size * step.0, offset + size * step.1) >= best { size /= 2 }
            guard size > 1e-10 else { break }
            slope += size * step.0
            offset += size * step.1
            best = loss(slope, offset)
        }
        return slope > 0 ? (slope, offset) : (1, 0)
    }
}
