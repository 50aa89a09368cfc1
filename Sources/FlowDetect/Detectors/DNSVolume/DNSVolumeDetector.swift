public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `dns-volume`.
public struct DNSVolumeSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer questions in five minutes, beyond the connections opened, are never a finding.
    public var minimumQuestions = 500
    public static let ranges: [String: ClosedRange<Double>] = ["minimumQuestions": 1...1e9]
    /// The defaults.
    public init() {}
}

/// `dns-volume`: a home host that asks far more over DNS, in five minutes, than it, its group and its other traffic
/// account for.
///
/// Null model: questions beyond the connections a host opens (each of which explains one) stay below `limit`, the largest
/// of a floor, four times the mean of its own slices (an EWMA that learns a twentieth as fast from those with findings)
/// and twice what 95 of 100 slices of its group's hosts stay below. A packet to port 53 is a question, so that a tunnel in
/// one long flow counts in full. Hosts that answer on port 53, and those that hardly do anything but ask, are resolvers
/// and no subjects; a gateway asks no more than it connects.
/// Flows have no names: whether these are generated, or a tunnel, is not distinguished. A host that asks as much from when it
/// is first seen is held below what a change of habit weighs. Memory: 40 bytes a host, 1.5 KB for each of 256 groups.
public struct DNSVolumeDetector: Detector {
    public static let profile = DetectorProfile(
        name: .dnsVolume,
        watchesFor:
            "far more questions over DNS in five minutes than the host, its group and its connections account for",
        weight: "enough for an incident by itself where the host is known",
        family: .names, cap: 12,
        capSource: "with the prior of -7 a probability of 0.99: beyond it evidence decides nothing",
        evidence: .further, shown: .furthest, categoryFrom: .dnsTunnel)

    static let slice: Int64 = 300_000_000_000
    static let groupLimit = 256
    static let ownFactor: Float = 4
    static let groupFactor = 2.0
    static let groupPopulation = 200
    private static let learning = GuardedLearning<Float>()
    /// Slices after which a host's habits are known.
    static let history: UInt16 = 3
    /// Fewer other connections than this share of its questions are those of a resolver, if both are a past.
    static let resolverShare: Float = 0.05
    static let past: Float = 10
    /// Evidence, in nats, of the first slice, of each half octave above the limit in it, and of those in later ones.
    static let first = 3.0
    static let halfOctave = 1.5
    static let laterFirst = 1.0
    static let laterHalfOctave = 0.75
    /// All that a host without a history gets: three in five.
    static let unknownCeiling = 7.5
    static let leastEvidence = 0.05

    private struct Host {
        var slice = Int64.min
        /// In the current slice.
        var questions: Float = 0
        var unanswered: Float = 0
        var others: Float = 0
        /// From which excess the next finding is due, and half octaves above the limit that were reported; -1 for nothing.
        var next: Float = 0
        var steps = -1.0
        /// Mean of earlier slices' questions, and how many slices they were.
        var usual: Float = 0
        var slices: UInt16 = 0
        /// Slices with findings.
        var found: UInt16 = 0
        var reported: Float = 0
        /// In all slices without a finding.
        var pastQuestions: Float = 0
        var pastOthers: Float = 0
        var group = NameID.none
        var answersQuestions = false
    }

    private struct Group: Stateful {
        /// Questions of its hosts in a slice, and the limit made of them.
        var questions = LogHistogram()
        var limit: Float = 0

        mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
            try state.carry(&questions)
            try state.carry(&limit)
        }
    }

    private let floor: Float
    private var hosts: [Host] = []
    private var groups: [Group] = []
    private var places: [NameID: Int] = [:]
    private var clock = SliceClock(length: slice)
    public private(set) var overflowCount = 0

    /// A detector with the given thresholds.
    public init(_ settings: DNSVolumeSettings) { floor = Float(settings.minimumQuestions) }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if hosts.count < tables.hosts.indexEnd {
            hosts.append(contentsOf: repeatElement(Host(), count: tables.hosts.indexEnd - hosts.count))
        }
        for index in flows.indices {
            let host = flows[index].sourceHost.index
            guard host > 0, host < hosts.count else { continue }
            // Not in one condition: `||` captures the span, and Swift 6.3 stumbles over it.
            let isHome = flows[index].traits.contains(.sourceIsHome)
            let groups = flows[index].sourceGroups
            guard isHome || groups != .none else { continue }
            let start = flows[index].start.nanoseconds
            clock.follow(start)
            if hosts[host].slice != clock.number { turn(host) }
            if flows[index].destinationPort == 53 {
                findings.flow = index
                ask(flows[index], tables: tables, findings: &findings)
            } else {
                hosts[host].others += 1
            }
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        for place in groups.indices where groups[place].questions.total >= Self.groupPopulation {
            let usual = exponential2(groups[place].questions.log2Quantile(0.95) ?? 0)
            groups[place].limit = Float(Self.groupFactor * usual)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
        try state.carry(&groups, empty: Group())
        try state.carry(&places)
        try state.carry(&clock)
        try state.carry(&overflowCount)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
    }

    /// Takes the host into the current slice; a record of an earlier one counts in the later, unless that is a day on.
    private mutating func turn(_ host: Int) {
        let slice = hosts[host].slice
        if slice != .min, clock.number < slice, slice - clock.number < 288 { return }
        if slice != .min { learn(host) }
        hosts[host].slice = clock.number
        hosts[host].questions = 0
        hosts[host].unanswered = 0
        hosts[host].others = 0
        hosts[host].next = 0
        hosts[host].steps = -1
    }

    private mutating func learn(_ index: Int) {
        let host = hosts[index]
        if host.steps < 0 {
            hosts[index].pastQuestions += host.questions
            hosts[index].pastOthers += host.others
        }
        Self.learning.learn(
            host.questions, into: &hosts[index].usual, of: Int(host.slices), isSuspicious: host.steps >= 0)
        if host.slices < .max - 1 { hosts[index].slices += 1 }
        guard host.questions > 0, !isResolver(host) else { return }
        if let place = place(of: host.group) { groups[place].questions.add(Double(host.questions)) }
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

    private func isResolver(_ host: Host) -> Bool {
        if host.answersQuestions { return true }
        // By what it did before, so that who begins to ask all the time is not taken for one.
        let hasPast = host.pastQuestions + host.pastOthers >= Self.past
        return hasPast
            ? host.pastOthers < Self.resolverShare * host.pastQuestions
            : host.others < Self.resolverShare * host.questions
    }

    private mutating func ask(_ flow: Flow, tables: FlowTables, findings: inout FindingSink) {
        guard flow.transport == .udp || flow.transport == .tcp, !flow.traits.contains(.isMidstream) else { return }
        let server = flow.destinationHost.index
        if flow.isAnswered, server > 0, server < hosts.count { hosts[server].answersQuestions = true }
        let host = flow.sourceHost.index
        hosts[host].group = tables.firstGroup(of: flow.sourceGroups)
        let questions = Self.questions(in: flow)
        hosts[host].questions += questions
        if !flow.isAnswered { hosts[host].unanswered += questions }
        let excess = hosts[host].questions - hosts[host].others
        guard excess >= floor, excess >= hosts[host].next, !isResolver(hosts[host]) else { return }
        let groupLimit = place(of: hosts[host].group).map { groups[$0].limit } ?? 0
        let limit = max(floor, Self.ownFactor * hosts[host].usual, groupLimit)
        guard excess >= limit else {
            hosts[host].next = limit
            return
        }
        tell(flow, excess: excess, limit: limit, tables: tables, findings: &findings)
    }

    /// Packets of a datagram flow that fall into the slice, if they are spread over it; where only both ways' sum is
    /// known, half.
    private static func questions(in flow: Flow) -> Float {
        guard flow.transport == .udp, flow.packetsSent > 1 else { return 1 }
        let isSum = flow.packetsReceived == 0 && flow.isAnswered
        let packets = Double(flow.packetsSent) / (isSum ? 2 : 1)
        let share = flow.duration > slice ? Double(slice) / Double(flow.duration) : 1
        return Float(min(1e9, max(1, packets * share)))
    }

    private mutating func tell(
        _ flow: Flow, excess: Float, limit: Float, tables: FlowTables, findings: inout FindingSink
    ) {
        let index = flow.sourceHost.index
        let host = hosts[index]
        let steps = (2 * logarithm2(Double(excess / limit))).rounded(.down)
        if host.steps < 0 && host.found < .max { hosts[index].found += 1 }
        let isLater = hosts[index].found > 1
        var evidence = (isLater ? Self.laterHalfOctave : Self.halfOctave) * max(0, steps - max(0, host.steps))
        if host.steps < 0 { evidence += isLater ? Self.laterFirst : Self.first }
        if host.slices < Self.history { evidence = min(evidence, Self.unknownCeiling - Double(host.reported)) }
        evidence = max(Self.leastEvidence, evidence)
        hosts[index].reported += Float(evidence)
        hosts[index].steps = steps
        hosts[index].next = limit * Float(exponential2((steps + 1) / 2))
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(
                    start: min(flow.start, Timestamp(nanoseconds: clock.start)), end: max(flow.start, flow.end)),
                score: Double(excess), baseline: Double(limit), evidence: evidence, flows: 1,
                reason: DNSVolumeReason(
                    questions: Double(host.questions), unanswered: Double(host.unanswered),
                    others: Double(host.others), limit: Double(limit),
                    usual: host.slices > 0 ? Double(host.usual) : nil),
                sample: tables.sample(flow)))
    }
}
