import FlowModel
public import FlowState

/// What is asked about amounts in groups of hosts.
enum AmountTopic: UInt8, Sendable, CaseIterable {
    case spam, dnsTunnel, dataHoarding
}

/// What may be new to hosts.
enum NoveltyTopic: UInt8, Sendable, CaseIterable {
    case peer, network, portUsed, portOffered, country, autonomousSystem
}

/// What was learnt of the network in one window, by one detector or by all. Lessons can be joined in any order.
public struct NetworkLessons: Sendable, Stateful {
    /// A pair whose source is home and whose destination is not, met for the first time.
    struct Meeting: Sendable, BitwiseCopyable {
        var pair: PairID
        var destination: HostID
    }

    /// What a host of a group did in a slice of time.
    struct Amount: Sendable, BitwiseCopyable {
        var topic: UInt8
        var group: NameID
        var value: Double
    }

    /// A host of a group that is active in a slice or, where `isNew`, met something new in it.
    struct Novelty: Sendable, BitwiseCopyable {
        var topic: UInt8
        var group: UInt8
        var isNew: Bool
        var slice: Int32
    }

    /// Pairs met.
    var meetings: [Meeting] = []
    /// Home hosts that called somebody outside for the first time.
    var newCallers = 0
    /// Amounts of slices.
    var amounts: [Amount] = []
    /// Hosts that are active, or met something new.
    var novelties: [Novelty] = []

    /// Nothing learnt.
    public init() {}

    /// Whether nothing was learnt.
    public var isEmpty: Bool { meetings.isEmpty && newCallers == 0 && amounts.isEmpty && novelties.isEmpty }

    /// Notes what a host of a group did in a slice of time.
    mutating func add(_ amount: Double, of group: NameID, to topic: AmountTopic) {
        amounts.append(Amount(topic: topic.rawValue, group: group, value: amount))
    }

    /// Adds other lessons of the same window.
    public mutating func join(_ other: NetworkLessons) {
        meetings += other.meetings
        newCallers += other.newCallers
        amounts += other.amounts
        novelties += other.novelties
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&meetings)
        try state.carry(&newCallers)
        try state.carry(&amounts)
        try state.carry(&novelties)
        guard amounts.allSatisfy({ AmountTopic(rawValue: $0.topic) != nil }),
            novelties.allSatisfy({ NoveltyTopic(rawValue: $0.topic) != nil })
        else { throw .damaged }
    }
}
