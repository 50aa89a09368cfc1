/// How rare a value is on either side of what a column held.
struct TailColumn: Sendable, Equatable, Codable {
    /// The distinct values, ascending.
    private let values: [Double]
    /// Of each value: the weight of the rows up to and with it; empty where each value is one row of weight 1.
    private let weights: [Double]
    /// The sign of the skewness: −1, 0 or 1.
    private let skew: Int

    /// A column of what is sorted, each row of its weight; afterwards it is the column sorted last.
    init(_ sorter: ColumnSorter, _ column: Int, weights rowWeights: [Double]?) {
        // Distinct values, weight and weighted values of each bucket, first alone, then with those before.
        var sums = sorter.sort(column) { bucket in
            var sums = (values: 1, weight: 0.0, moment: 0.0)
            for place in bucket.indices {
                let weight = rowWeights?[bucket[place].row] ?? 1
                sums.weight += weight
                sums.moment += weight * bucket[place].value
                if place > 0, bucket[place].value != bucket[place - 1].value { sums.values += 1 }
            }
            return sums
        }
        var total = (values: 0, weight: 0.0, moment: 0.0)
        for place in sums.indices {
            let bucket = sums[place]
            sums[place] = total
            total = (total.values + bucket.values, total.weight + bucket.weight, total.moment + bucket.moment)
        }
        let isPlain = rowWeights == nil && Double(total.values) == total.weight
        var weights: [Double] = []
        values = [Double](unsafeUninitializedCapacity: total.values) { values, filled in
            nonisolated(unsafe) let values = values
            weights = [Double](unsafeUninitializedCapacity: isPlain ? 0 : total.values) { weights, filled in
                nonisolated(unsafe) let weights = weights
                _ = sorter.forEachBucket { index, bucket in
                    var (place, weight, _) = sums[index]
                    for index in bucket.indices {
                        weight += rowWeights?[bucket[index].row] ?? 1
                        if index + 1 < bucket.count, bucket[index + 1].value == bucket[index].value { continue }
                        values.initializeElement(at: place, to: bucket[index].value)
                        if !isPlain { weights.initializeElement(at: place, to: weight) }
                        place += 1
                    }
                }
                filled = isPlain ? 0 : total.values
            }
            filled = total.values
        }
        self.weights = weights
        skew = Self.skew(values, weights, mean: total.moment / total.weight)
    }

    /// The weight of the rows below the value at `place`.
    @inline(__always)
    private static func weight(below place: Int, _ weights: [Double]) -> Double {
        weights.isEmpty ? Double(place) : place > 0 ? weights[place - 1] : 0
    }

    @inline(__always)
    private func weight(below place: Int) -> Double { Self.weight(below: place, weights) }

    /// Whether it is what a fit writes.
    var isValid: Bool {
        !values.isEmpty && values.allSatisfy(\.isFinite) && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
            && (weights.isEmpty || weights.count == values.count) && weight(below: 1) > 0
            && zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 } && weight(below: values.count).isFinite
    }

    /// The weight of the largest value.
    private var outermost: Double { weight(below: values.count) - weight(below: values.count - 1) }

    /// No share is smaller.
    var leastShare: Double {
        let least = min(weight(below: 1), outermost) / weight(below: values.count)
        return max(skew == 0 ? least * least : least, .leastNormalMagnitude)
    }

    /// Multiplies the products of the rows of the column that was sorted last by the shares of their values.
    func multiply<Rule: TailRule>(
        _ products: UnsafeMutableBufferPointer<Double>, _ sorter: ColumnSorter, _ rule: Rule.Type
    ) {
        // No two buckets hold the same row.
        nonisolated(unsafe) let products = products
        _ = sorter.forEachBucket { _, bucket in
            var place = 0
            var last = Double.nan
            var share = 1.0
            withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.rowsAtOnce) { shares in
                for start in stride(from: 0, to: bucket.count, by: Self.rowsAtOnce) {
                    let range = start..<min(bucket.count, start + Self.rowsAtOnce)
                    for index in range {
                        let value = bucket[index].value
                        if value != last {
                            place = self.place(of: value, from: place)
                            share = self.share(of: value, at: place, rule)
                            last = value
                        }
                        shares.initializeElement(at: index &- start, to: share)
                    }
                    // Multiplying is a loop of its own: alone it waits for many rows at once.
                    for index in range { products[bucket[index].row] *= shares[index &- start] }
                }
            }
        }
    }

    private static let rowsAtOnce = 1_024

    /// The share of rows, above 0, that lie where a value does that has `place` distinct values below it: its −ln is what
    /// the value adds to a score.
    @inline(__always)
    func share<Rule: TailRule>(of value: Double, at place: Int, _ rule: Rule.Type) -> Double {
        let total = weight(below: values.count)
        let isKnown = place < values.count && values[place] == value
        let below = weight(below: place)
        // What lies outside of all is as rare as the outermost.
        let upTo = isKnown ? weight(below: place + 1) : max(below, weight(below: 1))
        let left = upTo / total
        let right = max(total - below, outermost) / total
        // The larger of two logarithms is that of the smaller share, their sum that of the product. A column that is not
        // skewed counts both sides, as PyOD does.
        let share = skew == 0 ? left * right : min(skew < 0 ? left : right, Rule.both(left, right))
        return max(share, .leastNormalMagnitude)
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
    private static func skew(_ values: [Double], _ weights: [Double], mean: Double) -> Int {
        // Relative to the largest deviation, so that cubes do not overflow.
        let scale = max(values[values.count - 1] - mean, mean - values[0])
        guard scale > 0, scale.isFinite else { return 0 }
        let perScale = 1 / scale
        guard perScale.isFinite else { return 0 }
        let moments = RowChunks.map(values.count) { places in
            var before = weight(below: places.lowerBound, weights)
            var second = 0.0
            var third = 0.0
            for place in places {
                let deviation = (values[place] - mean) * perScale
                let upTo = weight(below: place + 1, weights)
                let square = deviation * deviation * (upTo - before)
                second += square
                third += square * deviation
                before = upTo
            }
            return (second, third)
        }.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
        let rounding = Double.ulpOfOne * mean * perScale
        guard moments.0 / weight(below: values.count, weights) > rounding * rounding else { return 0 }
        return moments.1 > 0 ? 1 : moments.1 < 0 ? -1 : 0
    }
}
