/// The first and third quartile, by linear interpolation between order statistics as pandas' `quantile` does it
/// (Hyndman and Fan 1996, type 7), and Tukey's fences around them.
public struct Quartiles: Sendable, Equatable {
    /// The 0.25-quantile.
    public var first: Double
    /// The 0.75-quantile.
    public var third: Double

    /// The quartiles of `values`, which are reordered; nil when there are none. Cost: O(n) on average.
    public init?(reordering values: inout [Double]) {
        guard !values.isEmpty else { return nil }
        first = Self.quantile(0.25, reordering: &values, from: 0)
        let from = Int(0.25 * Double(values.count - 1))
        third = Self.quantile(0.75, reordering: &values, from: from)
    }

    /// Below this a value lies outside; `factor` interquartile ranges under the first quartile.
    public func lowerFence(_ factor: Double) -> Double { first - (third - first) * factor }

    /// Above this a value lies outside; `factor` interquartile ranges over the third quartile.
    public func upperFence(_ factor: Double) -> Double { third + (third - first) * factor }

    /// Parameter from: everything before this index is known to be no larger than what stands behind it.
    private static func quantile(_ q: Double, reordering values: inout [Double], from: Int) -> Double {
        let position = q * Double(values.count - 1)
        let index = Int(position)
        let fraction = position - Double(index)
        let low = select(index, in: &values, from: from)
        guard fraction > 0, index + 1 < values.count else { return low }
        var high = values[index + 1]
        for next in (index + 1)..<values.count where values[next] < high { high = values[next] }
        return interpolate(low, high, fraction)
    }

    /// numpy's way to round: from the nearer end, so that results are equal to the last bit.
    private static func interpolate(_ low: Double, _ high: Double, _ fraction: Double) -> Double {
        let difference = high - low
        return fraction >= 0.5 ? high - difference * (1 - fraction) : low + difference * fraction
    }

    /// The value of rank `k`, all smaller before it and all larger behind it (Hoare's quickselect, median of three).
    static func select(_ k: Int, in values: inout [Double], from: Int) -> Double {
        var low = from
        var high = values.count - 1
        var rounds = 0
        while low < high {
            rounds += 1
            if rounds > 64 {
                // Input made to be slow: no worse than a sort.
                values[low...high].sort()
                return values[k]
            }
            let middle = low + (high - low) / 2
            if values[middle] < values[low] { values.swapAt(middle, low) }
            if values[high] < values[low] { values.swapAt(high, low) }
            if values[high] < values[middle] { values.swapAt(high, middle) }
            let pivot = values[middle]
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if k <= right {
                high = right
            } else if k >= left {
                low = left
            } else {
                return values[k]
            }
        }
        return values[k]
    }
}
