/// How rare a value is on either side of what a column held.
struct TailColumn: Sendable, Equatable, Codable {
    /// How the two sides of a column make its share of a score.
    enum Rule {
        /// The larger of both sides and of the side the column is skewed to.
        case ecod
        /// The larger of their mean and of the side the column is skewed to.
        case copod
    }

    /// The distinct values, ascending.
    private let values: [Double]
    /// Of each value: the weight of the rows up to and with it.
    private let weights: [Double]
    /// The sign of the skewness: −1, 0 or 1.
    private let skew: Int

    /// The column that was sorted last, each row of its weight.
    init(_ sorter: ColumnSorter, weights rowWeights: [Double]?) {
        var weights: [Double] = []
        values = [Double](unsafeUninitializedCapacity: sorter.count) { values, distinct in
            weights = [Double](unsafeUninitializedCapacity: sorter.count) { weights, filled in
                var total = 0.0
                for rank in 0..<sorter.count {
                    total += rowWeights?[sorter.row(rank)] ?? 1
                    if rank + 1 < sorter.count, sorter.value(rank + 1) == sorter.value(rank) { continue }
                    values[filled] = sorter.value(rank)
                    weights[filled] = total
                    filled += 1
                }
                distinct = filled
            }
        }
        self.weights = weights
        skew = Self.skew(values, weights)
    }

    /// Whether it is what a fit writes.
    var isValid: Bool {
        !values.isEmpty && values.count == weights.count && values.allSatisfy(\.isFinite) && weights[0] > 0
            && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
            && zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 } && weights[weights.count - 1].isFinite
    }

    /// Adds the share of each value that was sorted last to the sum of its row.
    func addShares(_ sorter: ColumnSorter, _ rule: Rule, to sums: inout [Double]) {
        var place = 0
        sorter.add(to: &sums) { value in
            place = self.place(of: value, from: place)
            return share(of: value, at: place, rule)
        }
    }

    /// The share of a value that has `place` distinct values below it.
    @inline(__always)
    func share(of value: Double, at place: Int, _ rule: Rule) -> Double {
        let total = weights[weights.count - 1]
        let isKnown = place < values.count && values[place] == value
        let below = place > 0 ? weights[place - 1] : 0
        // What lies outside of all is as rare as the outermost.
        let upTo = isKnown ? weights[place] : max(below, weights[0])
        let outermost = total - (weights.count > 1 ? weights[weights.count - 2] : 0)
        let left = upTo / total
        let right = max(total - below, outermost) / total
        // One logarithm: the larger of two is that of the smaller share, their sum that of the product. A column that
        // is not skewed counts both sides, as PyOD does.
        if skew == 0 { return -logarithm(left * right) }
        return switch rule {
        case .ecod: -logarithm(min(left, right))
        case .copod: -logarithm(min(skew < 0 ? left : right, (left * right).squareRoot()))
        }
    }

    /// How many distinct values lie below `value`, of which `start` are known to, looking ever farther ahead.
    @inline(__always)
    func place(of value: Double, from start: Int) -> Int {
        var low = start
        var step = 1
        while low + step <= values.count, values[low + step - 1] < value {
            low += step
            step *= 2
        }
        var high = min(values.count, low + step - 1)
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The sign of the third central moment; 0 where rounding alone makes values differ, as scipy's `skew` has it, or
    /// where their sum is more than a number holds.
    private static func skew(_ values: [Double], _ weights: [Double]) -> Int {
        var sum = 0.0
        var before = 0.0
        for (value, weight) in zip(values, weights) {
            sum += value * (weight - before)
            before = weight
        }
        let mean = sum / before
        // Relative to the largest deviation, so that cubes do not overflow.
        let scale = max(values[values.count - 1] - mean, mean - values[0])
        guard scale > 0, scale.isFinite else { return 0 }
        let perScale = 1 / scale
        guard perScale.isFinite else { return 0 }
        var second = 0.0
        var third = 0.0
        before = 0
        for (value, weight) in zip(values, weights) {
            let deviation = (value - mean) * perScale
            let square = deviation * deviation * (weight - before)
            second += square
            third += square * deviation
            before = weight
        }
        let rounding = Double.ulpOfOne * mean * perScale
        guard second / before > rounding * rounding else { return 0 }
        return third > 0 ? 1 : third < 0 ? -1 : 0
    }
}
