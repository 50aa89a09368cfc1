import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `beaconing`.
public struct BeaconingSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// `beaconing`: a home host that calls one port of a public address by a clock.
///
/// Null model: calls of a Poisson process of any rate, and bursts; `Periodicity` weighs a clock with jitter that adds
/// up and calls left out against them. Calls closer together than a dead time count once, which leaves a Poisson
/// process one. A pair is looked at when it has made 8 calls, 12, 24 and so on, over its last 64;
/// once reported, each half an hour over those since, so that it fades only where it ends. Slices of one long
/// flow are no calls. Regular is not bad: updates, mail and time are regular too, so a clock alone is never more than
/// a medium incident, less where many hosts here call the same address, and least where one host calls many that never
/// answer, which is P2P. Nothing is learnt that could be taught.
/// Memory: 24 bytes a pair, 520 bytes a (pair, port) that called twice, 100,000 of these at most, 4 of a pair.
public struct BeaconingDetector: Detector {
    public static let profile = DetectorProfile(
        name: .beaconing,
        watchesFor:
            "calls of one public address and port by a clock, with jitter and misses, against chance and bursts",
        weight: "at most a medium incident: updates are regular too",
        family: .clocks, cap: 7.8,
        capSource:
            "the most that a clock alone may come to: with the prior of -7 a probability of 0.69, a medium"
            + " incident",
        evidence: .total)

    /// Most (pair, port) followed at a time, and of one pair.
    static let trackLimit = 100_000
    static let portLimit = 4
    /// Calls kept of each, a power of two.
    static let keptCalls = 64
    /// Calls from which a clock can be seen at all.
    static let leastCalls = 8
    /// A clock that was reported is reported again where the calls since then follow one too, half a half-life of the
    /// ensemble later: what goes on does not fade. Where they do not, the next look is soon.
    static let retellSeconds: Int64 = 1800
    static let retrySeconds: Int64 = 300
    /// Calls have ended when there was none for so long, and for so many of their mean distances: the last word on them
    /// is then that of all calls.
    static let quietSeconds = 3600.0
    static let quietIntervals = 4.0
    /// Calls closer together than this, in seconds, count once; the longer ones are tried where calls come in pairs.
    static let deadTimes = [1.0, 10, 60, 300]
    /// A dead time must leave out this share of the calls, and be this part of what is between the others.
    static let pairedShare = 0.25
    static let pairedDistance = 10.0
    /// Most evidence of a clock alone, in nats, and what is added for one kept up for an hour and a half (a page left
    /// open calls too), for a port that applications do not use outside, and for a peer that never answers: with the
    /// prior, 0.35 to 0.69.
    static let clockEvidence = 6.4
    static let lastingEvidence = 0.7
    static let lastingSeconds = 5400.0
    static let unusualPortEvidence = 0.7
    static let silentEvidence = 0.3
    /// Share of calls without an answer that makes a peer silent, and silent peers of one host that are P2P.
    static let silentShare = 0.8
    static let silentPeers = 8
    static let peerToPeerEvidence = 0.5
    /// Home hosts that call an address before it counts as a common service, and what each doubling takes away.
    static let ordinaryClients = 2.0
    static let clientEvidence = 1.0
    /// Public peers of a host of which one is called by the clock of a harmless program: on a university's network 60
    /// of 24,800 pairs were. Of a host with more, a clock says less by ln of how many times as many.
    static let ordinaryPeers = 400.0

    /// Flows of pairs and ports that found no room.
    public private(set) var overflowCount = 0
    private var pairs: [Pair] = []
    var tracks: [Track] = []
    var pasts: [Past] = []
    private var freeTracks: [Int] = []
    /// The last `keptCalls` of each track, a ring each.
    var calls: [Tick] = []
    /// Flows of the batch that are watched, with their pairs' first tracks.
    private var watched: [(flow: Int, track: UInt32)] = []
    /// The calls looked at, in seconds from the first, what lies between them, and room to sort that.
    var times: [Double] = []
    var intervals: [Double] = []
    var scratch: [Double] = []
    /// A sum that nobody reads: it makes the loops before the long one fetch what the batch needs into the cache.
    private var prefetched = 0
    /// Public addresses that a host has called, and silent peers that it calls by a clock.
    var peers: [UInt16] = []
    var silent: [UInt16] = []

    /// A detector without any pair.
    public init() {}

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        grow(tables)
        // Three short loops before the long one: a core then waits for many pairs' and tracks' cache lines at a time.
        watched.removeAll(keepingCapacity: true)
        for index in flows.indices {
            guard flows[index].traits.intersection([.sourceIsHome, .destinationIsHome, .isMidstream]) == .sourceIsHome,
                flows[index].pair != .unlisted, Self.isWatched(flows[index])
            else { continue }
            watched.append((flow: index, track: pairs[flows[index].pair.index].track))
        }
        var known = 0
        for (_, track) in watched where track > 0 { known &+= tracks[Int(track) - 1].calls }
        for (_, track) in watched where track > 0 {
            let latest = (tracks[Int(track) - 1].calls &- 1) & (Self.keptCalls - 1)
            known &+= Int(calls[(Int(track) - 1) * Self.keptCalls + latest])
        }
        prefetched = known
        for (index, _) in watched {
            findings.flow = index
            take(flows[index], tables: tables, findings: &findings)
        }
    }

    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {
        for index in tracks.indices
        where tracks[index].calls > pasts[index].seenCalls && tracks[index].calls >= Self.leastCalls {
            let last = calls[index * Self.keptCalls + (tracks[index].calls - 1) & (Self.keptCalls - 1)]
            let start = pasts[index].sample.start
            let lastCall = start.advanced(by: Int64(Int32(bitPattern: last &- Self.tick(start))) * Self.tickLength)
            guard moment == .endOfTime || hasEnded(index, lastCall, by: moment) else { continue }
            pasts[index].reported = 0
            look(index, at: lastCall, tables: tables, findings: &findings)
        }
    }

    /// Whether the calls of a track have ended by a moment, as far as their distances tell.
    private func hasEnded(_ track: Int, _ last: Timestamp, by moment: Timestamp) -> Bool {
        let length = Double(last.nanoseconds) - Double(pasts[track].first.nanoseconds)
        let quiet = Double(moment.nanoseconds) - Double(last.nanoseconds)
        return quiet >= max(Self.quietSeconds * 1e9, Self.quietIntervals * length / Double(tracks[track].calls))
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&pairs)
        try state.carry(&tracks)
        try state.carry(&pasts)
        try state.carry(&freeTracks)
        try state.carry(&calls)
        try state.carry(&peers)
        try state.carry(&silent)
        try state.carry(&overflowCount)
        guard calls.count == tracks.count * Self.keptCalls, pasts.count == tracks.count else { throw .damaged }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in pairs.indices where pairs[index].isKnown {
            let pair = PairID(rawValue: UInt32(index))
            guard gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair))
            else { continue }
            var next = pairs[index].track
            while next > 0 {
                let track = Int(next) - 1
                next = tracks[track].next
                tracks[track].calls = 0
                freeTracks.append(track)
            }
            pairs[index] = Pair()
        }
        for index in silent.indices where gone.contains(HostID(rawValue: UInt32(index))) {
            silent[index] = 0
            peers[index] = 0
        }
    }

    private mutating func grow(_ tables: FlowTables) {
        let pairCount = tables.pairs.indexEnd
        if pairs.count < pairCount { pairs.append(contentsOf: repeatElement(Pair(), count: pairCount - pairs.count)) }
        let hostCount = tables.hosts.indexEnd
        if silent.count < hostCount {
            silent.append(contentsOf: repeatElement(0, count: hostCount - silent.count))
            peers.append(contentsOf: repeatElement(0, count: hostCount - peers.count))
        }
    }

    /// Names, time, mail and management are polled by the clock everywhere, the outside too.
    private static func isWatched(_ flow: Flow) -> Bool {
        switch (flow.transport, flow.destinationPort) {
        case (.udp, 53), (.udp, 123), (.udp, 161), (.udp, 162), (.tcp, 53): false
        case (.tcp, 25), (.tcp, 110), (.tcp, 143), (.tcp, 465), (.tcp, 587), (.tcp, 993), (.tcp, 995): false
        case (.tcp, _), (.udp, _), (.sctp, _): flow.destination.isPublic
        default: false
        }
    }

    static let retellTicks = Tick(retellSeconds * 1_000_000_000 / tickLength)
    static let retryTicks = Tick(retrySeconds * 1_000_000_000 / tickLength)
    /// The least of `deadTimes`.
    private static let deadTicks: UInt32 = 100

    private mutating func take(_ flow: Flow, tables: FlowTables, findings: inout FindingSink) {
        let index = flow.pair.index
        let start = Self.tick(flow.start)
        guard pairs[index].isKnown else {
            pairs[index] = Pair(
                start: start, ending: Ending(flow), port: flow.destinationPort, transport: flow.transport, isKnown: true
            )
            peers[flow.sourceHost.index] = peers[flow.sourceHost.index].addingClamped(1)
            return
        }
        var next = pairs[index].track
        var ports = 0
        var idle: Int?
        while next > 0 {
            let track = Int(next) - 1
            if tracks[track].port == flow.destinationPort, tracks[track].transport == flow.transport {
                follow(track, flow, start, tables: tables, findings: &findings)
                return
            }
            ports += 1
            if tracks[track].calls == 1 { idle = track }
            next = tracks[track].next
        }
        let isFirstPort = pairs[index].port == flow.destinationPort && pairs[index].transport == flow.transport
        if isFirstPort, pairs[index].ending.goesOn(in: flow, at: start) {
            pairs[index].ending = Ending(flow)
            return
        }
        guard ports < Self.portLimit else {
            // A port called once makes room for another.
            guard let idle else {
                overflowCount += 1
                return
            }
            let next = tracks[idle].next
            tracks[idle] = Track(flow)
            tracks[idle].next = next
            pasts[idle] = Past(flow)
            follow(idle, flow, start, tables: tables, findings: &findings)
            return
        }
        guard let track = newTrack(flow) else {
            overflowCount += 1
            return
        }
        tracks[track].next = pairs[index].track
        pairs[index].track = UInt32(track + 1)
        if isFirstPort {
            tracks[track].endings[0] = pairs[index].ending
            tracks[track].nextEnding = 1
            tracks[track].flows = 1
            tracks[track].unanswered = flow.isAnswered ? 0 : 1
            keep(pairs[index].start, of: track)
        }
        follow(track, flow, start, tables: tables, findings: &findings)
    }

    private mutating func newTrack(_ flow: Flow) -> Int? {
        if let free = freeTracks.popLast() {
            tracks[free] = Track(flow)
            pasts[free] = Past(flow)
            return free
        }
        guard tracks.count < Self.trackLimit else { return nil }
        if tracks.isEmpty {
            // Memory is taken when it is written to; growing would copy all of it again and again.
            tracks.reserveCapacity(Self.trackLimit)
            pasts.reserveCapacity(Self.trackLimit)
            calls.reserveCapacity(Self.trackLimit * Self.keptCalls)
        }
        tracks.append(Track(flow))
        pasts.append(Past(flow))
        calls.append(contentsOf: repeatElement(0, count: Self.keptCalls))
        return tracks.count - 1
    }

    private mutating func follow(
        _ track: Int, _ flow: Flow, _ start: Tick, tables: FlowTables, findings: inout FindingSink
    ) {
        tracks[track].flows = tracks[track].flows.addingClamped(1)
        if !flow.isAnswered { tracks[track].unanswered = tracks[track].unanswered.addingClamped(1) }
        for place in 0..<4 where tracks[track].endings[place].goesOn(in: flow, at: start) {
            tracks[track].endings[place] = Ending(flow)
            return
        }
        tracks[track].endings[Int(tracks[track].nextEnding & 3)] = Ending(flow)
        tracks[track].nextEnding &+= 1
        keep(start, of: track)
        if tracks[track].calls >= tracks[track].nextLook {
            tracks[track].nextLook = tracks[track].calls < 12 ? 12 : tracks[track].calls * 2
            pasts[track].sample = flow
            look(track, at: flow.start, tables: tables, findings: &findings)
        } else if tracks[track].nextRetelling != 0, Int32(bitPattern: start &- tracks[track].nextRetelling) >= 0 {
            let new = tracks[track].calls - pasts[track].callsAtFinding
            guard new >= Self.leastCalls else { return }
            pasts[track].sample = flow
            look(track, newest: new, at: flow.start, tables: tables, findings: &findings)
        }
    }

    /// Adds a call in its place in time, unless it comes with another one or before all that are kept.
    private mutating func keep(_ start: Tick, of track: Int) {
        let base = track * Self.keptCalls
        let count = tracks[track].calls
        let kept = min(count, Self.keptCalls)
        // From the latest back: nearly always there is nothing to step over.
        var later = 0
        while later < kept {
            let distance = Int32(bitPattern: start &- calls[base + (count - 1 - later) & (Self.keptCalls - 1)])
            if distance.magnitude < Self.deadTicks { return }
            if distance > 0 { break }
            later += 1
        }
        if later == Self.keptCalls { return }
        for step in 0..<later {
            calls[base + (count - step) & (Self.keptCalls - 1)] =
                calls[base + (count - 1 - step) & (Self.keptCalls - 1)]
        }
        calls[base + (count - later) & (Self.keptCalls - 1)] = start
        tracks[track].calls += 1
    }
}
