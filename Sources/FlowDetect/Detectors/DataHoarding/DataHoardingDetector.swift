public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `data-hoarding`.
public struct DataHoardingSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer bytes pulled from hosts inside, in a quarter of an hour, are never a finding: a few large documents.
    public var minimumBytes = 50_000_000
    public static let ranges: [String: ClosedRange<Double>] = ["minimumBytes": 1...1e15]
    /// The defaults.
    public init() {}
}

/// `data-hoarding`: a home host that gathers far more from other home hosts than it, and its group, ordinarily do.
///
/// Null model: bytes that a host pulls from inside, that is over connections it opened and that brought more than they
/// took, in a quarter of an hour. The limit is the largest of a floor, four times the mean of its own slices (an EWMA
/// that learns little from those with findings) and twice what 95 of 100 slices of its group stay below. Much from one
/// server is a large file; what separates gathering is that it comes from many peers, more than the host's own usual
/// number, and from peers it did not talk to in the last month or two. Backups are pushed, or pulled by a host that always does. A host
/// that is new itself stays below an incident. Looks at the pairs of a window, not at flows.
/// Memory: 4 bytes a host, 72 for each that pulls from inside, three bits a pair.
public struct DataHoardingDetector: Detector {
    public static let profile = DetectorProfile(
        name: .dataHoarding,
        watchesFor: "far more pulled from hosts inside than the host and its group do, from many and new peers",
        weight: "enough for an incident by itself where the host is known",
        family: .volume, cap: 9.5,
        capSource:
            "with the prior of -7 a probability of 0.92: an incident by itself, but a new backup looks like it",
        evidence: .total)

    static let slice: Int64 = 900_000_000_000
    static let ownFactor: Float = 4
    static let groupFactor = 2.0
    /// Bytes in one window that make a peer one of those that are gathered from.
    static let leastBytes: UInt64 = 65_536
    /// Slices after which a host's habits are known.
    static let history: UInt16 = 2
    /// Evidence, in nats, of the limit, of each octave of bytes above it, and of both at most.
    static let first = 1.0
    static let octave = 1.0
    static let mostBytes = 4.0
    /// Peers that anyone may gather from, the evidence of each octave above these or the host's own, and at most.
    static let usualPeers: Float = 2
    static let peerOctave = 1.5
    static let mostPeers = 4.0
    /// That half of the bytes came from peers it did not know before.
    static let newPeers = 2.0
    /// All that a host gets of which nothing is known: below an incident.
    static let unknownCeiling = 6.0

    private struct Host {
        var bytes = Habit()
        var usualPeers = Habit()
        /// In the current slice.
        var received: Float = 0
        var fromNew: Float = 0
        /// One bit for each peer, by hash.
        var peers: UInt64 = 0
        var flows: UInt32 = 0
        var reportedFlows: UInt32 = 0
        /// From how many bytes on the next finding is due; 0 for none yet.
        var next: Float = 0
        var isFound = false
        var group = NameID.none

        /// About how many peers: linear counting over 64 bits.
        var peerCount: Float {
            Float((-64 * logarithm(max(1, 64 - Double(peers.nonzeroBitCount)) / 64)).rounded())
        }
    }

    private let floor: Float
    private var hosts: [Host] = []
    private var free: [UInt32] = []
    /// One more than a host's place in `hosts`; 0 for a host that pulled nothing.
    private var places: [UInt32] = []
    /// Pairs that were seen in an earlier slice of this month and in the month before, a bit each, and those of the slice
    /// at hand.
    private var known: [UInt64] = []
    private var lastMonth: [UInt64] = []
    private var fresh: [UInt64] = []
    private var months = Months()
    private var freshSlice = Int64.min

    /// A detector with the given thresholds.
    public init(_ settings: DataHoardingSettings) {
        floor = Float(settings.minimumBytes)
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        let number = Habit.number(of: window.window.start, length: Self.slice)
        grow(tables, slice: number)
        for _ in 0..<min(2, months.turns(at: window.window.start)) {
            (known, lastMonth) = (Array(repeating: 0, count: known.count), known)
        }
        for index in window.pairs.indices {
            let pair = window.pairs[index]
            guard window.firstFlows[index].traits.isSuperset(of: [.sourceIsHome, .destinationIsHome]) else { continue }
            let word = pair.pair.index >> 6
            let bit: UInt64 = 1 << UInt64(pair.pair.index & 63)
            fresh[word] |= bit
            guard pair.bytesReceived > pair.bytesSent, pair.source != .unlisted else { continue }
            gather(
                pair, window.firstFlows[index], at: number, isNew: (known[word] | lastMonth[word]) & bit == 0, tables,
                &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
        try state.carry(&free)
        try state.carry(&places)
        try state.carry(&known)
        try state.carry(&lastMonth)
        try state.carry(&months)
        try state.carry(&fresh)
        try state.carry(&freshSlice)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in places.indices where places[index] > 0 && gone.contains(HostID(rawValue: UInt32(index))) {
            hosts[Int(places[index]) - 1] = Host()
            free.append(places[index])
            places[index] = 0
        }
        for word in known.indices {
            let all = known[word] | lastMonth[word] | fresh[word]
            guard all != 0 else { continue }
            var kept = all
            for bit in 0..<64 where all >> UInt64(bit) & 1 == 1 {
                let pair = PairID(rawValue: UInt32(truncatingIfNeeded: word << 6 | bit))
                if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                    kept &= ~(1 << UInt64(bit))
                }
            }
            known[word] &= kept
            lastMonth[word] &= kept
            fresh[word] &= kept
        }
    }

    private mutating func grow(_ tables: FlowTables, slice number: Int64) {
        let hostCount = tables.hosts.indexEnd
        if places.count < hostCount { places.append(contentsOf: repeatElement(0, count: hostCount - places.count)) }
        let words = tables.pairs.indexEnd >> 6 + 1
        if known.count < words {
            known.append(contentsOf: repeatElement(0, count: words - known.count))
            lastMonth.append(contentsOf: repeatElement(0, count: words - lastMonth.count))
            fresh.append(contentsOf: repeatElement(0, count: words - fresh.count))
        }
        guard number != freshSlice else { return }
        freshSlice = number
        for word in fresh.indices where fresh[word] != 0 {
            known[word] |= fresh[word]
            fresh[word] = 0
        }
    }

    private mutating func place(of host: HostID) -> Int {
        if places[host.index] == 0 {
            if let place = free.popLast() {
                places[host.index] = place
            } else {
                hosts.append(Host())
                places[host.index] = UInt32(hosts.count)
            }
        }
        return Int(places[host.index]) - 1
    }

    private mutating func gather(
        _ pair: PairActivity, _ flow: Flow, at number: Int64, isNew: Bool, _ tables: FlowTables,
        _ findings: inout FindingSink
    ) {
        let place = place(of: pair.source)
        if hosts[place].bytes.isOver(at: number, patience: 96) {
            turn(place, to: number, lessons: &findings.lessons)
        }
        hosts[place].group = tables.firstGroup(of: flow.sourceGroups)
        hosts[place].received += Float(pair.bytesReceived)
        hosts[place].flows = hosts[place].flows.addingClamped(pair.connections)
        if isNew { hosts[place].fromNew += Float(pair.bytesReceived) }
        if pair.bytesReceived >= Self.leastBytes {
            let mixed = UInt64(pair.destination.rawValue) &* 0x9e37_79b9_7f4a_7c15
            hosts[place].peers |= 1 << (mixed >> 58)
        }
        guard hosts[place].received >= floor, hosts[place].received >= hosts[place].next else { return }
        judge(place, pair, flow, tables: tables, findings: &findings)
    }

    private mutating func turn(_ place: Int, to number: Int64, lessons: inout NetworkLessons) {
        let host = hosts[place]
        if host.bytes.slice != .min {
            // Of a host that is new the first slices are its habit, whatever they are.
            let isSuspicious = host.isFound && host.bytes.slices >= Self.history
            hosts[place].bytes.learn(host.received, isSuspicious: isSuspicious)
            hosts[place].usualPeers.learn(host.peerCount, isSuspicious: isSuspicious)
            lessons.add(Double(host.received), of: host.group, to: .dataHoarding)
        }
        hosts[place].bytes.slice = number
        (hosts[place].received, hosts[place].fromNew, hosts[place].peers, hosts[place].next) = (0, 0, 0, 0)
        (hosts[place].flows, hosts[place].reportedFlows, hosts[place].isFound) = (0, 0, false)
    }

    private mutating func judge(
        _ place: Int, _ pair: PairActivity, _ flow: Flow, tables: FlowTables,
        findings: inout FindingSink
    ) {
        let host = hosts[place]
        let limit = max(
            floor, Self.ownFactor * host.bytes.usual,
            Float(Self.groupFactor * tables.network.high(of: host.group, in: .dataHoarding)))
        guard host.received >= limit else {
            hosts[place].next = limit
            return
        }
        let usualPeers = max(Self.usualPeers, 2 * host.usualPeers.usual)
        let peers = max(1, host.peerCount)
        let isFromNew = host.fromNew * 2 >= host.received
        let isKnown = host.bytes.slices >= Self.history
        var evidence = min(
            Self.mostBytes, Self.first + Self.octave * logarithm2(Double(host.received / limit)))
        evidence += min(Self.mostPeers, max(0, Self.peerOctave * logarithm2(Double(peers / usualPeers))))
        if isFromNew, isKnown, peers > Self.usualPeers { evidence += Self.newPeers }
        if !isKnown { evidence = min(evidence, Self.unknownCeiling) }
        hosts[place].isFound = true
        hosts[place].next = host.received * 1.414
        hosts[place].reportedFlows = host.flows
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(start: flow.start, end: max(flow.start, pair.lastEnd)), score: Double(host.received),
                baseline: Double(limit), evidence: evidence, flows: Int(host.flows - host.reportedFlows),
                reason: DataHoardingReason(
                    bytes: Double(host.received), peers: Int(peers), newShare: Double(host.fromNew / host.received),
                    limit: Double(limit), usual: host.bytes.slices > 0 ? Double(host.bytes.usual) : nil),
                sample: tables.sample(flow)))
    }
}
