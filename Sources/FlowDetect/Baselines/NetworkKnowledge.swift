public import FlowModel
public import FlowState

/// What the network as a whole teaches: how many hosts here call a peer, what amounts are ordinary in a group of hosts,
/// how often hosts of a group meet something new. One place for all detectors.
///
/// It is read as of two windows ago. What detectors learn is gathered as `NetworkLessons`; those of a window are joined at
/// its end, in any order, and read from the end of the second window after it. So several processes, each with a part of
/// the flows, can exchange lessons once a window and judge by the same knowledge.
/// Memory: 2 bytes a host, 1.5 KB for each of 256 groups of a detector that asks for amounts, 20 bytes for each of 256
/// groups of a detector that asks for novelty, and the lessons of three windows.
public struct NetworkKnowledge: Sendable, Stateful {
    /// Windows that close before lessons are read.
    private static let delay = 2

    /// Home hosts that have called a host outside, by `HostID`.
    private var callers: [UInt16] = []
    /// Home hosts that have called anybody outside, whether that is read yet or not.
    private var home = HostSet()
    /// How many of them there were two windows ago.
    public private(set) var homeCount = 0
    private var amounts = AmountTopic.allCases.map { _ in GroupHabits() }
    private var novelties = NoveltyTopic.allCases.map { _ in GroupNovelty() }
    /// The lessons of the current window.
    private var current = NetworkLessons()
    /// The lessons of the last windows, the oldest first.
    private var pending: [NetworkLessons] = []

    /// Nothing learnt.
    public init() {}

    /// How many home hosts besides the pair's own had called its destination two windows ago, at most 65,534.
    func otherCallers(of host: HostID, besides pair: PairID) -> Int {
        let all = host.index < callers.count ? Int(callers[host.index]) : 0
        return isRecent(pair) ? all : max(0, all - 1)
    }

    /// What 95 of 100 amounts of a group's hosts stay below; 0 while it is not known.
    func high(of group: NameID, in topic: AmountTopic) -> Double { amounts[Int(topic.rawValue)].high(of: group) }

    /// How often hosts of a group meet something new.
    func novelty(of group: UInt8, in topic: NoveltyTopic) -> GroupNovelty.Rate {
        novelties[Int(topic.rawValue)].rate(of: group)
    }

    /// Amounts of groups that found no room.
    public var overflowCount: Int { amounts.reduce(0) { $0 + $1.overflowCount } }

    /// Notes that a home host called a host outside for the first time.
    mutating func meet(_ pair: PairID, _ source: HostID, _ destination: HostID) {
        current.meetings.append(NetworkLessons.Meeting(pair: pair, destination: destination))
        guard !home.contains(source) else { return }
        home.insert(source)
        current.newCallers += 1
    }

    /// Takes up what detectors learnt in a window that has closed.
    public mutating func endWindow(_ lessons: NetworkLessons) {
        current.join(lessons)
        pending.append(current)
        current = NetworkLessons()
        while pending.count > Self.delay { take(pending.removeFirst()) }
    }

    /// Drops what is known of hosts whose ids will be reused.
    public mutating func forget(_ gone: HostSet) {
        for index in callers.indices where gone.contains(HostID(rawValue: UInt32(index))) { callers[index] = 0 }
        let before = home.count
        home.subtract(gone)
        homeCount = max(0, homeCount - (before - home.count))
        current.meetings.removeAll { gone.contains($0.destination) }
        for index in pending.indices { pending[index].meetings.removeAll { gone.contains($0.destination) } }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&callers)
        try state.carry(&home)
        try state.carry(&homeCount)
        for index in amounts.indices { try state.carry(&amounts[index]) }
        for index in novelties.indices { try state.carry(&novelties[index]) }
        try state.carry(&current)
        try state.carry(&pending, empty: NetworkLessons())
        guard pending.count <= Self.delay else { throw .damaged }
    }

    /// Whether a pair was met so lately that its source is not among the callers that are read.
    private func isRecent(_ pair: PairID) -> Bool {
        current.meetings.contains { $0.pair == pair }
            || pending.contains { $0.meetings.contains { $0.pair == pair } }
    }

    private mutating func take(_ lessons: NetworkLessons) {
        homeCount += lessons.newCallers
        for meeting in lessons.meetings {
            let index = meeting.destination.index
            if callers.count <= index {
                callers.append(contentsOf: repeatElement(0, count: index + 1 - callers.count))
            }
            callers[index] = callers[index].addingClamped(1)
        }
        for amount in lessons.amounts { amounts[Int(amount.topic)].add(amount.value, of: amount.group) }
        if !lessons.amounts.isEmpty { for index in amounts.indices { amounts[index].refresh() } }
        for event in lessons.novelties { novelties[Int(event.topic)].take(event) }
    }
}
