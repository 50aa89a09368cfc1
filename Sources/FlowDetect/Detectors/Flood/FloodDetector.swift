public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `flood`.
public struct FloodSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer flows a second to one host, or packets that weigh as much, are never a finding.
    public var flowsPerSecond = 100.0
    public static let ranges: [String: ClosedRange<Double>] = ["flowsPerSecond": 1...1e9]
    /// The defaults.
    public init() {}
}

/// `flood`: far more flows or packets to one host, in five seconds, than it or anyone here gets.
///
/// Null model: the load of a target in 5 s stays below `limit`, the largest of a floor, eight times the mean of the
/// target's own busy slices (an EWMA that learns a tenth as fast from what is far above it) and twice what 999 of
/// 1,000 slices of all targets here stay below. Load is counted apart for flows without an answer (SYN, UDP, ICMP
/// floods: one each, or one for every 10 TCP, 5 ICMP, 200 UDP packets) and for answered ones (connection floods), which
/// are only judged where the target has a history, for resolvers and busy servers are busy from the first second.
/// What one source sends more than half of is reported about the source, else about the target, with how many sources there are and
/// how evenly they share (entropy). Loads all over ports are scans unless eight times the limit.
/// Decides within the slice. Memory: 32 bytes a host, 1 KB for each of at most 1,024 targets a quarter of the way to
/// the floor; what finds no room is counted.
public struct FloodDetector: Detector {
    public static let profile = DetectorProfile(
        name: .flood,
        watchesFor: "flows or packets to one host in five seconds, far above its own and everyone's",
        weight: "enough for an incident by itself; a crowd of answered visitors is a hint",
        family: .rates, cap: 12,
        capSource: "with the prior of -7 a probability of 0.99: beyond it evidence decides nothing",
        evidence: .further, shown: .furthest)

    static let slice: Int64 = 5_000_000_000
    static let busyLimit = 1024
    /// Times a target's own mean, and times everyone's 0.999-quantile, that are still ordinary.
    static let ownFactor: Float = 8
    static let hereFactor = 2.0
    static let herePopulation = 10_000
    /// Slices with traffic that are a history.
    static let history: UInt16 = 12
    /// Slices are many: half as fast as habits of longer ones.
    private static let learning = GuardedLearning<Float>(ordinaryRate: 0.05, firstSlices: Int(history))
    /// Loads on scattered ports must be so many times the limit.
    static let scattered: Float = 8
    /// Records without a state that must be known before their silence says anything.
    static let blindFlows = 1000
    /// Evidence, in nats, of the first slice, of each doubling above the limit and of each slice after it.
    static let unanswered = (first: 3.0, doubling: 2.0, slice: 2.0)
    static let answered = (first: 1.5, doubling: 1.0, slice: 0.5)
    /// A crowd of answered visitors may be just that.
    static let crowdCeiling = 6.5
    static let leastEvidence = 0.05

    private struct Target {
        /// Number of the slice since 1970, and the load in it: without and with an answer.
        var slice = Int64.min
        var load = SIMD2<Float>(0, 0)
        /// Mean load of earlier slices with traffic.
        var usual = SIMD2<Float>(0, 0)
        var slices: UInt16 = 0
        /// Place in `busy` plus one; 0 when it is not there.
        var busy: UInt16 = 0
    }

    private let floor: Float
    private var targets: [Target] = []
    private var busy: [BusyTarget] = []
    /// Who flooded each of them in the current slice.
    private var sources: [ShareSketch] = []
    private var free: [UInt16] = []
    private var population = [LogHistogram(), LogHistogram()]
    private var here = SIMD2<Float>(0, 0)
    /// Records without a state, and those of them that nothing came back in.
    private var stateless = 0
    private var silent = 0
    private var clock = SliceClock(length: slice)
    public private(set) var overflowCount = 0

    /// A detector with the given thresholds.
    public init(_ settings: FloodSettings) {
        floor = Float(settings.flowsPerSecond) * Float(Self.slice / 1_000_000_000)
    }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if targets.count < tables.hosts.indexEnd {
            targets.append(contentsOf: repeatElement(Target(), count: tables.hosts.indexEnd - targets.count))
        }
        for index in flows.indices {
            let host = flows[index].destinationHost.index
            guard host > 0, host < targets.count else { continue }
            let start = flows[index].start.nanoseconds
            clock.follow(start)
            if targets[host].slice != clock.number, !turn(host) { continue }
            let channel = isUnanswered(flows[index], by: targets[host]) ? 0 : 1
            let weight = Self.weight(of: flows[index], channel: channel)
            targets[host].load[channel] += weight
            if targets[host].load[channel] * 4 >= floor {
                findings.flow = index
                examine(flows[index], channel: channel, weight: weight, tables: tables, findings: &findings)
            }
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        for channel in 0...1 where population[channel].total >= Self.herePopulation {
            let usual = exponential2(population[channel].log2Quantile(0.999) ?? 0)
            here[channel] = Float(Self.hereFactor * usual)
        }
        let now = window.window.end.nanoseconds / Self.slice
        for place in busy.indices where busy[place].host != .unlisted && now - busy[place].slice > 12 { release(place) }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&targets)
        try state.carry(&busy)
        try state.carry(&sources, empty: ShareSketch())
        try state.carry(&free)
        try state.carry(&population, empty: LogHistogram())
        try state.carry(&here)
        try state.carry(&stateless)
        try state.carry(&silent)
        try state.carry(&clock)
        try state.carry(&overflowCount)
        guard population.count == 2, sources.count == busy.count else { throw .damaged }
    }

    public mutating func forget(_ hosts: HostSet, tables: FlowTables) {
        for index in targets.indices where hosts.contains(HostID(rawValue: UInt32(index))) {
            if targets[index].busy > 0 { release(Int(targets[index].busy) - 1) }
            targets[index] = Target()
        }
        for place in busy.indices where hosts.contains(busy[place].source) {
            busy[place].source = .unlisted
            busy[place].sourceVotes = 0
            busy[place].sourceLoad = 0
        }
    }

    /// Takes the target into the current slice, or back by one, for records sorted by their end.
    /// Returns: false when the slice is long over.
    private mutating func turn(_ host: Int) -> Bool {
        let slice = targets[host].slice
        if clock.number < slice {
            // An hour back: the record before was from the future.
            guard slice - clock.number > 720 else { return slice - clock.number == 1 }
        } else if slice != .min {
            learn(host)
        }
        targets[host].slice = clock.number
        targets[host].load = SIMD2(0, 0)
        return true
    }

    private mutating func learn(_ host: Int) {
        let target = targets[host]
        for channel in 0...1 where target.load[channel] > 0 {
            population[channel].add(Double(target.load[channel]))
            let isYoung = target.slices < Self.history
            // What answers has no history to be judged by at first, and makes one.
            let isOrdinary =
                (isYoung && channel == 1) || target.load[channel] <= max(floor / 4, 3 * target.usual[channel])
            Self.learning.learn(
                target.load[channel], into: &targets[host].usual[channel], of: Int(target.slices),
                isSuspicious: !isOrdinary)
        }
        if target.slices < .max { targets[host].slices += 1 }
        if target.busy > 0, max(target.load[0], target.load[1]) * 4 < floor { release(Int(target.busy) - 1) }
    }

    private func limit(_ target: Target, _ channel: Int) -> Float {
        max(floor, Self.ownFactor * target.usual[channel], here[channel])
    }

    private mutating func isUnanswered(_ flow: Flow, by target: Target) -> Bool {
        switch flow.state {
        case .attempted, .rejected: return true
        case .established, .closing, .closed, .reset: return Self.isICMP(flow)
        case .unknown:
            if flow.bytesReceived > 0 || flow.traits.contains(.bytesAreTotal) {
                if target.busy == 0 { stateless += 1 }
                return false
            }
            if target.busy == 0 {
                stateless += 1
                silent += 1
            }
            // Where exporters see one way only, and at a target that answers many, silence without a state says nothing.
            return target.usual[1] * 8 < floor && silent * 2 < max(stateless, Self.blindFlows)
        }
    }

    private mutating func examine(
        _ flow: Flow, channel: Int, weight: Float, tables: FlowTables, findings: inout FindingSink
    ) {
        let host = flow.destinationHost.index
        guard let place = place(of: host, scope: flow.destination.scope) else { return }
        if busy[place].slice != targets[host].slice {
            busy[place].begin(targets[host].slice, at: flow.start)
            sources[place] = ShareSketch()
        }
        let service = Self.isICMP(flow) ? 0 : min(flow.sourcePort, flow.destinationPort)
        busy[place].count(flow, weight: weight, service: service)
        sources[place].add(flow.source.low ^ flow.source.high)
        let load = targets[host].load[channel]
        guard load >= busy[place].next[channel], channel == 0 || targets[host].slices >= Self.history else { return }
        let limit = self.limit(targets[host], channel)
        guard load >= limit else {
            busy[place].next[channel] = limit
            return
        }
        // Half of the load on one port, or so much that no scan is as fast.
        guard busy[place].portLoad * 2 >= busy[place].load || load >= Self.scattered * limit else { return }
        let octave = Int32(logarithm2(Double(load / limit)))
        busy[place].next[channel] = limit * Float(exponential2(Double(octave + 1)))
        tell(
            flow, channel: channel, octave: octave, load: load, limit: limit, at: place, tables: tables,
            findings: &findings)
    }

    /// The place of a target among the busy ones; nil where there is no room or it is no host.
    private mutating func place(of host: Int, scope: AddressScope) -> Int? {
        if targets[host].busy > 0 { return Int(targets[host].busy) - 1 }
        guard scope != .multicast, scope != .broadcast else { return nil }
        let place: Int
        if let reused = free.popLast() {
            place = Int(reused)
            busy[place] = BusyTarget()
            sources[place] = ShareSketch()
        } else {
            guard busy.count < Self.busyLimit else {
                overflowCount += 1
                return nil
            }
            place = busy.count
            busy.append(BusyTarget())
            sources.append(ShareSketch())
        }
        busy[place].host = HostID(rawValue: UInt32(host))
        targets[host].busy = UInt16(place + 1)
        return place
    }

    private mutating func release(_ place: Int) {
        targets[busy[place].host.index].busy = 0
        busy[place].host = .unlisted
        busy[place].source = .unlisted
        free.append(UInt16(place))
    }

    private mutating func tell(
        _ flow: Flow, channel: Int, octave: Int32, load: Float, limit: Float, at place: Int,
        tables: FlowTables, findings: inout FindingSink
    ) {
        let weights = channel == 0 ? Self.unanswered : Self.answered
        let state = busy[place]
        var evidence = 0.0
        if state.reportedSlice[channel] != state.slice {
            evidence = state.reported[channel] == 0 ? weights.first : weights.slice
        }
        evidence += weights.doubling * Double(max(0, octave - max(0, state.octaves[channel])))
        let isOneSource = state.source != .unlisted && state.sourceLoad * 2 >= state.load
        if channel == 1 && !isOneSource { evidence = min(evidence, Self.crowdCeiling - state.reported[channel]) }
        evidence = max(Self.leastEvidence, evidence)
        busy[place].reportedSlice[channel] = state.slice
        busy[place].octaves[channel] = max(octave, state.octaves[channel])
        busy[place].reported[channel] += evidence
        if state.first == nil { busy[place].first = state.start }
        busy[place].reportedFlows = state.flows
        let sources = sources[place].estimate
        let seconds = max(1, (Double(flow.start.nanoseconds) - Double(state.start.nanoseconds)) * 1e-9)
        let perSecond = 1 / Double(Self.slice / 1_000_000_000)
        findings.add(
            Finding(
                detector: Self.name, subject: isOneSource ? tables.hosts.key(of: state.source) : flow.destinationKey,
                peer: isOneSource ? flow.destination : nil,
                span: Window(start: state.first ?? state.start, end: max(flow.start, flow.end)),
                score: Double(load / limit), baseline: Double(limit) * perSecond, evidence: evidence,
                flows: state.flows - state.reportedFlows,
                reason: FloodReason(
                    role: isOneSource ? .source : .target, transport: flow.transport, isAnswered: channel == 1,
                    port: state.port, flowsPerSecond: Double(state.flows) / seconds,
                    packetsPerSecond: state.packets / seconds, usual: Double(limit) * perSecond,
                    sources: sources.count, evenness: sources.evenness),
                sample: tables.sample(flow)))
    }
}
