import FlowMath
import FlowModel
import FlowState

/// What one host, or one pair, does in a slice of time, as it was before.
struct Habit {
    private static let learning = GuardedLearning<Float>()

    /// The slice at hand; `Int64.min` before the first.
    var slice = Int64.min
    /// Mean of earlier slices, and how many they were.
    private(set) var usual: Float = 0
    private(set) var slices: UInt16 = 0

    /// Whether a flow of slice `number` ends the slice at hand: a record of an earlier one counts in the later, unless
    /// that is so many slices on.
    func isOver(at number: Int64, patience: Int64 = 288) -> Bool {
        number != slice && (slice == .min || number > slice || slice - number >= patience)
    }

    /// Takes the amount of the slice at hand up into the mean.
    mutating func learn(_ amount: Float, isSuspicious: Bool) {
        Self.learning.learn(amount, into: &usual, of: Int(slices), isSuspicious: isSuspicious)
        if slices < .max - 1 { slices += 1 }
    }

    /// The number of the slice that a moment lies in. Parameter length: nanoseconds.
    static func number(of moment: Timestamp, length: Int64) -> Int64 {
        moment.nanoseconds / length - (moment.nanoseconds % length < 0 ? 1 : 0)
    }
}

/// What the hosts of each group do in a slice of time, and below what 95 of 100 slices stay.
///
/// A group is known by the first of a host's groups; hosts without are one group. Bounded: 256 groups, 1.5 KB each.
struct GroupHabits: Stateful {
    static let groupLimit = 256
    /// Slices of a group that must be known before it says anything.
    static let population = 100

    private struct Group: Stateful {
        var amounts = LogHistogram()
        /// What 95 of 100 stay below, and of how many slices that was taken.
        var high = 0.0
        var takenOf = 0

        mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
            try state.carry(&amounts)
            try state.carry(&high)
            try state.carry(&takenOf)
        }
    }

    /// Slices of groups that found no room.
    private(set) var overflowCount = 0
    private var groups: [Group] = []
    /// One more than the place of a group, by `NameID`.
    private var places: [UInt16] = []

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&groups, empty: Group())
        try state.carry(&places)
        try state.carry(&overflowCount)
    }

    /// Counts the amount of a slice.
    mutating func add(_ amount: Double, of group: NameID) {
        if places.count <= group.index {
            places.append(contentsOf: repeatElement(0, count: group.index + 1 - places.count))
        }
        if places[group.index] == 0 {
            guard groups.count < Self.groupLimit else {
                overflowCount += 1
                return
            }
            groups.append(Group())
            places[group.index] = UInt16(truncatingIfNeeded: groups.count)
        }
        let place = Int(places[group.index]) - 1
        groups[place].amounts.add(amount)
        let total = groups[place].amounts.total
        // It moves slowly: taken anew whenever a twentieth has come on top, or half has faded.
        guard total >= Self.population, total * 20 > groups[place].takenOf * 21 || total < groups[place].takenOf else {
            return
        }
        groups[place].takenOf = total
        groups[place].high = exponential2(groups[place].amounts.log2Quantile(0.95) ?? 0)
    }

    /// What 95 of 100 slices of the group's hosts stay below; 0 while it is not known.
    func high(of group: NameID) -> Double {
        guard group.index < places.count, places[group.index] > 0 else { return 0 }
        return groups[Int(places[group.index]) - 1].high
    }
}
