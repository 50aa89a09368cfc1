import FlowModel

/// What one host, or one pair, does in a slice of time, as it was before.
struct Habit {
    private static let learning = GuardedLearning<Float>()

    /// The current slice; `Int64.min` before the first.
    var slice = Int64.min
    /// Mean of earlier slices, and how many they were.
    private(set) var usual: Float = 0
    private(set) var slices: UInt16 = 0

    /// Whether a flow of slice `number` ends the current slice: a record of an earlier one counts in the later, unless
    /// that is so many slices on.
    func isOver(at number: Int64, patience: Int64 = 288) -> Bool {
        number != slice && (slice == .min || number > slice || slice - number >= patience)
    }

    /// Takes the amount of the current slice up into the mean.
    mutating func learn(_ amount: Float, isSuspicious: Bool) {
        Self.learning.learn(amount, into: &usual, of: Int(slices), isSuspicious: isSuspicious)
        if slices < .max - 1 { slices += 1 }
    }

    /// The number of the slice that a moment lies in. Parameter length: nanoseconds.
    static func number(of moment: Timestamp, length: Int64) -> Int64 {
        moment.nanoseconds / length - (moment.nanoseconds % length < 0 ? 1 : 0)
    }
}
