import FlowState

/// How many hosts of each group are active in a slice of ten minutes, and how many of them meet something new.
///
/// Groups beyond 256 share their numbers.
struct GroupNovelty: Sendable, Stateful {
    private static let groupLimit = 256
    /// A record so many slices behind the group's last counts in that; further behind it begins a new time: a day.
    private static let lateness: Int32 = 144

    /// The numbers of one group.
    struct Rate: Sendable {
        var slice = Int32.min
        /// Hosts that do something in the current slice, and those that met something new.
        var active: UInt32 = 0
        var novel: UInt32 = 0
        /// The same of all earlier slices.
        var pastActive: Float = 0
        var pastNovel: Float = 0
    }

    private var groups = Array(repeating: Rate(), count: groupLimit)

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&groups)
        guard groups.count == Self.groupLimit else { throw .damaged }
    }

    /// The numbers of a group.
    func rate(of group: UInt8) -> Rate { groups[Int(group)] }

    /// Counts a host that does something, or one that met something new.
    mutating func take(_ event: NetworkLessons.Novelty) {
        let place = Int(event.group)
        if event.isNew {
            groups[place].novel &+= 1
            return
        }
        let last = groups[place].slice
        if last == .min || event.slice > last || last - event.slice >= Self.lateness {
            groups[place].pastActive += Float(groups[place].active)
            groups[place].pastNovel += Float(groups[place].novel)
            (groups[place].slice, groups[place].active, groups[place].novel) = (event.slice, 0, 0)
        }
        groups[place].active &+= 1
    }
}
