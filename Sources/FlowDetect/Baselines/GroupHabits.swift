import FlowMath
import FlowModel
import FlowState

/// What the hosts of each group do in a slice of time, and below what 95 of 100 slices stay.
///
/// A group is known by the first of a host's groups; hosts without are one group. Amounts may come in any order between two
/// calls of `refresh`. Bounded: 256 groups, 1.5 KB each.
struct GroupHabits: Sendable, Stateful {
    static let groupLimit = 256
    /// Slices of a group that must be known before it says anything.
    static let population = 100

    private struct Group: Sendable, Stateful {
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
        groups[Int(places[group.index]) - 1].amounts.add(amount)
    }

    /// Takes anew what 95 of 100 stay below. It moves slowly: only where a twentieth has come on top, or half has faded.
    mutating func refresh() {
        for place in groups.indices {
            let total = groups[place].amounts.total
            let takenOf = groups[place].takenOf
            guard total >= Self.population, total * 20 > takenOf * 21 || total < takenOf else { continue }
            groups[place].takenOf = total
            groups[place].high = exponential2(groups[place].amounts.log2Quantile(0.95) ?? 0)
        }
    }

    /// What 95 of 100 slices of the group's hosts stay below; 0 while it is not known.
    func high(of group: NameID) -> Double {
        guard group.index < places.count, places[group.index] > 0 else { return 0 }
        return groups[Int(places[group.index]) - 1].high
    }
}
