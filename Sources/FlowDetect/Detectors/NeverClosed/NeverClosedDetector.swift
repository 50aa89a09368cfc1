import FlowMath
public import FlowModel
public import FlowState

/// Settings of `never-closed`.
public struct NeverClosedSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer such connections to one host, begun in a minute, are never a finding: Slowloris opens 150 and more at once.
    public var minimumConnections = 50
    public static let ranges: [String: ClosedRange<Double>] = ["minimumConnections": 1...1e9]
    /// The defaults.
    public init() {}
}

/// `never-closed`: connections to one host, begun in the same minute, that were taken up, hardly used and never closed,
/// as Slowloris holds them.
///
/// Null model: of such connections a target gets at most `limit` a minute, the larger of a floor and eight times the mean
/// of its own minutes (an EWMA that learns a tenth as fast from what is far above it). What one source has half of is reported
/// about the source. Of many sources it is reported about the target, once that has a history, and weighs less: clients that wait
/// for news look the same. Half of all must be to one port. Silent where exporters hardly ever see a connection close.
/// Memory: 2 bytes a host, 88 bytes for each of 1,024 targets.
public struct NeverClosedDetector: Detector {
    public static let profile = DetectorProfile(
        name: .neverClosed,
        watchesFor:
            "connections to one service that are taken up, hardly used and never closed, as Slowloris holds them",
        weight: "up to a medium incident; of many clients a hint",
        family: .rates, cap: 8,
        capSource:
            "with the prior of -7 a probability of 0.73: a medium incident, for clients that wait look like it",
        evidence: .further, shown: .furthest)

    static let slice: Int64 = 60_000_000_000
    static let watchLimit = 1024
    /// Most bytes each way of a connection that is held and not used: a request's beginning in bits, and no answer.
    static let mostSent: UInt64 = 20_000
    static let mostReceived: UInt64 = 2000
    static let ownFactor: Float = 8
    /// Minutes with such connections that are a history.
    static let history: UInt16 = 10
    /// Minutes are many: half as fast as habits of longer slices.
    private static let learning = GuardedLearning<Float>(ordinaryRate: 0.05, firstSlices: Int(history))
    /// Connections that were used must be so many before their ends say anything; half of them must close.
    static let blindConnections = 200
    /// Evidence, in nats, of the first minute, each doubling above the limit and each minute after it.
    static let first = 3.0
    static let doubling = 2.0
    static let laterSlice = 1.0
    /// Of many sources: below what makes an incident.
    static let crowdCeiling: Float = 5
    static let leastEvidence = 0.05

    private struct Target: WatchEntry {
        var host: HostID
        var slice = Int64.min
        var start = Timestamp(nanoseconds: 0)
        /// In the current minute.
        var open: Float = 0
        /// Mean of earlier minutes.
        var usual: Float = 0
        /// Majority votes (Boyer and Moore 1991), and what the winner has since it leads.
        var source = HostID.unlisted
        var sourceVotes: Float = 0
        var sourceOpen: Float = 0
        var portVotes: Float = 0
        var portOpen: Float = 0
        var port: UInt16 = 0
        var slices: UInt16 = 0
        /// What findings have reported: doublings, nats, the minute of the last one, flows of that minute.
        var octaves: Int32 = -1
        var reported: Float = 0
        var reportedSlice = Int64.min
        var reportedFlows: Float = 0

        var weight: Float { host == .unlisted ? -1 : open + usual + reported }

        init(host: HostID) { self.host = host }

        mutating func count(_ flow: Flow) {
            open += 1
            if sourceVotes <= 0 {
                source = flow.sourceHost
                sourceOpen = 0
            }
            sourceVotes += source == flow.sourceHost ? 1 : -1
            if source == flow.sourceHost { sourceOpen += 1 }
            if portVotes <= 0 {
                port = flow.destinationPort
                portOpen = 0
            }
            portVotes += port == flow.destinationPort ? 1 : -1
            if port == flow.destinationPort { portOpen += 1 }
        }
    }

    private let floor: Float
    private var clock = SliceClock(length: slice)
    private var targets = WatchList<Target>(limit: watchLimit)
    /// TCP connections that were closed, and those that were used and not closed.
    private var closed = 0
    private var leftOpen = 0

    /// A detector with the given thresholds.
    public init(_ settings: NeverClosedSettings) {
        floor = Float(settings.minimumConnections)
    }

    public var overflowCount: Int { targets.evictedCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        targets.grow(to: tables.hosts.indexEnd)
        for index in flows.indices {
            guard flows[index].transport == .tcp else { continue }
            switch flows[index].state {
            case .closing, .closed, .reset: closed &+= 1
            case .established:
                findings.flow = index
                take(flows[index], tables: tables, findings: &findings)
            case .unknown, .attempted, .rejected: continue
            }
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&clock)
        try state.carry(&targets)
        try state.carry(&closed)
        try state.carry(&leftOpen)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        targets.forget(gone)
        for place in targets.entries.indices where gone.contains(targets.entries[place].source) {
            targets.entries[place].source = .unlisted
            targets.entries[place].sourceVotes = 0
            targets.entries[place].sourceOpen = 0
        }
    }

    private mutating func take(_ flow: Flow, tables: FlowTables, findings: inout FindingSink) {
        guard flow.bytesReceived <= Self.mostReceived, flow.bytesSent <= Self.mostSent, flow.destinationPort > 0,
            !flow.traits.contains(.isMidstream)
        else {
            leftOpen &+= 1
            return
        }
        clock.follow(flow.start.nanoseconds)
        guard let place = targets.place(of: flow.destinationHost), turn(place, flow) else { return }
        targets.entries[place].count(flow)
        let target = targets.entries[place]
        let limit = max(floor, Self.ownFactor * target.usual)
        guard target.open >= limit, target.portOpen * 2 >= target.open,
            leftOpen < Self.blindConnections || closed >= leftOpen
        else { return }
        let octave = Int32(logarithm2(Double(target.open / limit)))
        guard octave > target.octaves || target.reportedSlice != target.slice else { return }
        tell(flow, octave: octave, limit: limit, at: place, tables: tables, findings: &findings)
    }

    /// Takes a target into the current minute. Returns: false when that minute is long over.
    private mutating func turn(_ place: Int, _ flow: Flow) -> Bool {
        let target = targets.entries[place]
        if target.slice == clock.number { return true }
        // An hour back: the record before was from the future.
        if clock.number < target.slice, target.slice - clock.number <= 60 { return target.slice - clock.number == 1 }
        var next = Target(host: target.host)
        (next.slice, next.start, next.slices) = (clock.number, flow.start, target.slices)
        next.usual = target.usual
        if target.slice != .min {
            let isYoung = target.slices < Self.history
            let isOrdinary = target.open <= max(isYoung ? floor : floor / 4, 3 * target.usual)
            Self.learning.learn(target.open, into: &next.usual, of: Int(target.slices), isSuspicious: !isOrdinary)
            if target.slices < .max { next.slices += 1 }
            if clock.number > target.slice, clock.number - target.slice <= 5 {
                (next.octaves, next.reported) = (target.octaves, target.reported)
            }
        }
        targets.entries[place] = next
        return true
    }

    private mutating func tell(
        _ flow: Flow, octave: Int32, limit: Float, at place: Int, tables: FlowTables, findings: inout FindingSink
    ) {
        let target = targets.entries[place]
        let isOneSource = target.source != .unlisted && target.sourceOpen * 2 >= target.open
        guard isOneSource || target.slices >= Self.history else { return }
        var evidence = Self.doubling * Double(max(0, octave - max(0, target.octaves)))
        if target.reportedSlice != target.slice { evidence += target.reported == 0 ? Self.first : Self.laterSlice }
        if !isOneSource { evidence = min(evidence, Double(Self.crowdCeiling - target.reported)) }
        evidence = max(Self.leastEvidence, evidence)
        targets.entries[place].reportedSlice = target.slice
        targets.entries[place].octaves = max(octave, target.octaves)
        targets.entries[place].reported += Float(evidence)
        targets.entries[place].reportedFlows = target.open
        findings.add(
            Finding(
                detector: Self.name, subject: isOneSource ? tables.hosts.key(of: target.source) : flow.destinationKey,
                peer: isOneSource ? flow.destination : nil,
                span: Window(start: min(target.start, flow.start), end: max(flow.start, flow.end)),
                score: Double(target.open), baseline: Double(limit), evidence: evidence,
                flows: Int(target.open - target.reportedFlows),
                reason: NeverClosedReason(
                    role: isOneSource ? .source : .target, port: target.port,
                    connections: Int(isOneSource ? target.sourceOpen : target.open), usual: Double(limit)),
                sample: tables.sample(flow)))
    }
}
