public import FlowState

/// About how many different things were seen, and how evenly: a count for each of 256 bins. Constant memory (1 KB).
public struct ShareSketch: Sendable, Stateful {
    private var bins = Array(repeating: UInt32(0), count: 256)

    /// Nothing seen.
    public init() {}

    /// Takes up a thing by a number that is its own.
    public mutating func add(_ number: UInt64) {
        // One multiplication would spread neighbours too evenly for counting by collisions.
        var mixed = number &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 32) &* 0xbf58_476d_1ce4_e5b9
        bins[Int(mixed >> 56)] &+= 1
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&bins)
        guard bins.count == 256 else { throw .damaged }
    }

    /// About how many different things, up to 1,420 (linear counting; Whang, Vander-Zanden and Taylor 1990), and the
    /// entropy of the bins used, from 0 (one has all) to 1 (all have as much).
    public var estimate: (count: Int, evenness: Double) {
        var total = 0.0
        var used = 0
        var sum = 0.0
        for count in bins where count > 0 {
            used += 1
            total += Double(count)
            sum += Double(count) * logarithm(Double(count))
        }
        guard used > 1 else { return (used, 0) }
        let size = Double(bins.count)
        let empty = max(1, size - Double(used))
        let count = Int((size * logarithm(size / empty)).rounded())
        return (count, (logarithm(total) - sum / total) / logarithm(Double(used)))
    }
}
