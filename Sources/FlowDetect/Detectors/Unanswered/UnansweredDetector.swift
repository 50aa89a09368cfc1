public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `unanswered`.
public struct UnansweredSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer peers without an answer in five minutes are never a finding: a morning's start of a desktop fails as often.
    public var minimumPeers = 20
    public static let ranges: [String: ClosedRange<Double>] = ["minimumPeers": 1...1e9]
    /// The defaults.
    public init() {}
}

/// `unanswered`: a home host of whose peers, in five minutes, far more do not answer than of its own and its group's.
///
/// Null model: each peer tried in a window, however often, is one trial that fails with probability p, the largest of a
/// floor, the mean share of the host's own slices (an EWMA that learns a twentieth as fast from those with findings) and
/// the share that 95 of 100 slices of its group's hosts stay below. Of n trials k fail by chance with less than
/// exp(-n·KL(k/n‖p)) (Chernoff). The number must be far above the host's own and its group's, too. A host is judged once
/// a quarter of an hour of it is known. An outage looks the same: context, which makes no incident by itself.
/// Memory: 20 bytes a host, 3 KB for each of 256 groups.
public struct UnansweredDetector: Detector {
    public static let profile = DetectorProfile(
        name: .unanswered,
        watchesFor: "peers that do not answer, share and number, far above the host's own past and its group",
        weight: "a hint",
        family: .attempts, cap: 2,
        capSource: "context: with the prior of -7 a probability of 0.007; an outage looks the same",
        evidence: .further)

    static let slice: Int64 = 300_000_000_000
    static let groupLimit = 256
    /// Share of peers that may be silent anywhere: a tenth of ordinary contacts are to what is switched off.
    static let ordinaryShare: Float = 0.1
    /// Times the own mean number, and times the group's 0.95-quantile of it, that are still ordinary.
    static let ownFactor: Float = 4
    static let groupFactor = 2.0
    static let groupPopulation = 100
    /// Slices after which a host's own habits are known, and fewest trials that they are learnt from.
    static let history: UInt16 = 3
    static let leastTrials: UInt32 = 5
    private static let learning = GuardedLearning<Float>()
    /// What as many tests as there are in a day of a busy network cost, nats (ln of 10⁴).
    static let testsCost = 9.2
    /// Of the evidence that independent trials would be: those of one host hang together.
    static let dependence = 0.1
    static let most = 1.0

    private struct Host {
        var tried: UInt32 = 0
        var vain: UInt32 = 0
        var usualShare: Float = 0
        var usualVain: Float = 0
        var slices: UInt16 = 0
        var group = NameID.none
    }

    private struct Group: Stateful {
        /// Of its hosts' slices: numbers in vain plus one, and thousandths in vain plus one.
        var numbers = LogHistogram()
        var shares = LogHistogram()

        mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
            try state.carry(&numbers)
            try state.carry(&shares)
        }
    }

    private let minimum: Float
    private var clock = SliceClock(length: slice)
    private var hosts: [Host] = []
    /// Hosts that tried something in the current slice, in the order they did.
    private var active: [HostID] = []
    private var groups: [Group] = []
    private var places: [NameID: Int] = [:]
    public private(set) var overflowCount = 0

    /// A detector with the given thresholds.
    public init(_ settings: UnansweredSettings) { minimum = Float(settings.minimumPeers) }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        if hosts.count < tables.hosts.indexEnd {
            hosts.append(contentsOf: repeatElement(Host(), count: tables.hosts.indexEnd - hosts.count))
        }
        let before = clock.number
        let begin = clock.start
        clock.follow(window.window.start.nanoseconds)
        if clock.number != before, before != .min { close(begin, tables: tables, findings: &findings) }
        for (index, pair) in window.pairs.enumerated() {
            let first = window.firstFlows[index]
            guard first.traits.contains(.sourceIsHome) || first.sourceGroups != .none,
                pair.replyPorts * 2 <= pair.destinationPorts, !first.traits.contains(.isMidstream)
            else { continue }
            let scope = first.destination.scope
            if scope == .multicast || scope == .broadcast { continue }
            let host = pair.source.index
            if hosts[host].tried == 0 {
                active.append(pair.source)
                hosts[host].group = tables.firstGroup(of: first.sourceGroups)
            }
            hosts[host].tried = hosts[host].tried.addingClamped(1)
            if pair.unanswered == pair.connections { hosts[host].vain = hosts[host].vain.addingClamped(1) }
        }
    }

    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {
        // While windows close, the next slice's first one closes this one.
        guard moment == .endOfTime || moment.nanoseconds >= clock.start.addingClamped(2 * clock.length) else { return }
        close(clock.start, tables: tables, findings: &findings)
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&clock)
        try state.carry(&hosts)
        try state.carry(&active)
        try state.carry(&groups, empty: Group())
        try state.carry(&places)
        try state.carry(&overflowCount)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
        active.removeAll { gone.contains($0) }
    }

    /// Judges the slice that began at `begin`, and learns of it.
    private mutating func close(_ begin: Int64, tables: FlowTables, findings: inout FindingSink) {
        for id in active {
            let host = hosts[id.index]
            let place = place(of: host.group)
            let isFound = judge(id, host, place, begin, tables: tables, findings: &findings)
            let share = Float(host.vain) / Float(host.tried)
            if host.tried >= Self.leastTrials {
                let slices = Int(host.slices)
                Self.learning.learn(share, into: &hosts[id.index].usualShare, of: slices, isSuspicious: isFound)
                Self.learning.learn(
                    Float(host.vain), into: &hosts[id.index].usualVain, of: slices, isSuspicious: isFound)
                if host.slices < .max - 1 { hosts[id.index].slices += 1 }
                if let place, !isFound {
                    groups[place].numbers.add(Double(host.vain) + 1)
                    groups[place].shares.add(Double(share) * 1000 + 1)
                }
            }
            hosts[id.index].tried = 0
            hosts[id.index].vain = 0
        }
        active.removeAll(keepingCapacity: true)
    }

    private mutating func place(of group: NameID) -> Int? {
        if let place = places[group] { return place }
        guard groups.count < Self.groupLimit else {
            overflowCount += 1
            return nil
        }
        groups.append(Group())
        places[group] = groups.count - 1
        return groups.count - 1
    }

    /// Returns: whether there was something to find.
    private func judge(
        _ id: HostID, _ host: Host, _ place: Int?, _ begin: Int64, tables: FlowTables, findings: inout FindingSink
    ) -> Bool {
        guard host.slices >= Self.history, Float(host.vain) >= minimum else { return false }
        var usual = max(Self.ordinaryShare, host.usualShare)
        var limit = max(minimum, Self.ownFactor * host.usualVain)
        if let place, groups[place].numbers.total >= Self.groupPopulation {
            usual = max(usual, Float(exponential2(groups[place].shares.log2Quantile(0.95) ?? 0) - 1) / 1000)
            limit = max(limit, Float(Self.groupFactor * exponential2(groups[place].numbers.log2Quantile(0.95) ?? 0)))
        }
        guard Float(host.vain) >= limit else { return false }
        let share = Double(host.vain) / Double(host.tried)
        let surprise = Double(host.tried) * Self.divergence(share, min(0.99, Double(usual))) - Self.testsCost
        guard surprise > 0 else { return false }
        findings.add(
            Finding(
                detector: Self.name, subject: tables.hosts.key(of: id), peer: nil,
                span: Window(
                    start: Timestamp(nanoseconds: begin), end: Timestamp(nanoseconds: begin).advanced(by: Self.slice)),
                score: share, baseline: Double(usual), evidence: min(Self.most, Self.dependence * surprise),
                flows: Int(host.vain),
                reason: UnansweredReason(
                    tried: Int(host.tried), vain: Int(host.vain), usualShare: Double(usual)), sample: nil))
        return true
    }

    /// Kullback-Leibler divergence of two shares, nats, where the first is larger; 0 where it is not.
    static func divergence(_ share: Double, _ usual: Double) -> Double {
        guard share > usual else { return 0 }
        let rest = share < 1 ? (1 - share) * logarithm((1 - share) / (1 - usual)) : 0
        return share * logarithm(share / usual) + rest
    }
}
