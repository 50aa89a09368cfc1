public import FlowState

/// How often values of each size were seen: eight bins an octave of 1 to 2^48, so a quantile is within 4.5 %.
///
/// Constant memory (1.5 KB); merging order does not matter.
public struct LogHistogram: Sendable, Stateful {
    /// Bins of an octave.
    public static let binsPerOctave = 8
    private static let binCount = 384
    private var counts = InlineArray<384, UInt32>(repeating: 0)
    /// Values counted.
    public private(set) var total = 0

    /// No values.
    public init() {}

    /// The bin of `value`; values below 1 fall into the first, above 2^48 into the last.
    public static func bin(_ value: Double) -> Int {
        guard value > 1 else { return 0 }
        // The exponent and the first three bits of the mantissa are the bin: linear within an octave.
        let bits = value.bitPattern
        let bin = Int(bits >> 49) - 1023 * binsPerOctave
        return min(max(bin, 0), binCount - 1)
    }

    /// The middle of a bin, as log2 of the value.
    public static func log2Middle(ofBin bin: Int) -> Double {
        let octave = bin / binsPerOctave
        let step = Double(bin % binsPerOctave) + 0.5
        return Double(octave) + Double.log2OfOneToTwo(1 + step / Double(binsPerOctave))
    }

    /// Counts a value.
    public mutating func add(_ value: Double) {
        let bin = Self.bin(value)
        counts[bin] &+= 1
        total &+= 1
        if counts[bin] == .max { halve() }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&counts)
        try state.carry(&total)
    }

    /// Halves all counts, so that none overflows and the past fades.
    private mutating func halve() {
        total = 0
        for index in counts.indices {
            counts[index] /= 2
            total += Int(counts[index])
        }
    }

    /// log2 of the q-quantile (0 to 1), to the middle of a bin; nil without values.
    public func log2Quantile(_ q: Double) -> Double? {
        guard total > 0 else { return nil }
        let rank = min(Double(total - 1), max(0, q * Double(total - 1)))
        var seen = 0
        for bin in counts.indices where counts[bin] > 0 {
            seen += Int(counts[bin])
            if Double(seen) > rank { return Self.log2Middle(ofBin: bin) }
        }
        return Self.log2Middle(ofBin: Self.binCount - 1)
    }

    /// The q-quantile (0 to 1) of whole numbers: exact up to 15, beyond it the middle of a bin and so within 6.25 %; nil
    /// without values.
    public func quantileOfWholeNumbers(_ q: Double) -> Double? {
        guard let middle = log2Quantile(q) else { return nil }
        let value = exponential2(middle)
        // Below 16 a bin is at most one wide and holds one number at most.
        return value < 16 ? value.rounded(.down) : value
    }

    /// How many values each bin from the first to the last used has: the lower edge and the count.
    public var bins: [(low: Double, count: Int)] {
        guard let first = counts.indices.first(where: { counts[$0] > 0 }),
            let last = counts.indices.last(where: { counts[$0] > 0 })
        else { return [] }
        return (first...last).map { bin in
            let octave = exponential2(Double(bin / Self.binsPerOctave))
            return (
                octave * (1 + Double(bin % Self.binsPerOctave) / Double(Self.binsPerOctave)), Int(counts[bin])
            )
        }
    }

    /// log2 of the median and the median absolute deviation from it, in octaves; nil without values.
    public var log2MedianAndMAD: (median: Double, mad: Double)? {
        guard let median = log2Quantile(0.5) else { return nil }
        var deviations: [(deviation: Double, count: Int)] = []
        for bin in counts.indices where counts[bin] > 0 {
            deviations.append((abs(Self.log2Middle(ofBin: bin) - median), Int(counts[bin])))
        }
        deviations.sort { $0.deviation < $1.deviation }
        var seen = 0
        for entry in deviations {
            seen += entry.count
            if seen * 2 > total { return (median, entry.deviation) }
        }
        return (median, 0)
    }
}

extension Double {
    /// log2 of a number from 1 to 2.
    fileprivate static func log2OfOneToTwo(_ value: Double) -> Double { logarithm2(value) }
}
