import FlowMath
public import FlowModel
public import FlowState

/// Settings of `amplification`.
public struct AmplificationSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Less than this in large answers, over ten seconds, is never a finding: a busy resolver's signed answers stay below.
    public var megabitsPerSecond = 2.0
    public static let ranges: [String: ClosedRange<Double>] = ["megabitsPerSecond": 0.001...1_000_000]
    /// The defaults.
    public init() {}
}

/// `amplification`: large answers of UDP services that answer with far more than they are asked: at the victim, of many
/// reflectors, and at a server here that is one.
///
/// Null model: answers that nobody asked for, or of at least five times the request, with 1,000 bytes a packet and more
/// (NEMEA), come in ten seconds to less than `limit` bytes, the larger of a floor and eight times the mean of the host's
/// own slices (an EWMA that learns a tenth as fast from what is above). They are less than half of a host's records on
/// these ports: resolvers get a few large answers among many small ones. A victim hears from at least ten reflectors; a
/// reflector answers somebody outside. Memory: 4 bytes a host, 80 bytes for each of 2 × 1,024 ends.
public struct AmplificationDetector: Detector {
    public static let profile = DetectorProfile(
        name: .amplification,
        watchesFor:
            "large answers of UDP services such as DNS, NTP and memcached: at a victim of many reflectors, and at"
            + " a server here that is abused as one",
        weight: "enough for an incident by itself",
        family: .rates, cap: 12,
        capSource: "with the prior of -7 a probability of 0.99: beyond it evidence decides nothing",
        evidence: .further, shown: .furthest)

    static let slice: Int64 = 10_000_000_000
    static let watchLimit = 1024
    /// Times the request, and bytes a packet, of an amplified answer (catalogue, 6).
    static let ratio: UInt64 = 5
    static let packetBytes: UInt64 = 1000
    static let leastReflectors = 10.0
    static let ownFactor: Float = 8
    /// Slices are many: half as fast as habits of longer ones.
    private static let learning = GuardedLearning<Float>(ordinaryRate: 0.05, firstSlices: 12)
    /// Evidence, in nats, of the first slice, that most was not asked for, of each doubling above the limit and of each
    /// slice after it.
    static let first = 4.0
    static let unasked = 2.0
    static let doubling = 1.5
    static let laterSlice = 1.0
    static let leastEvidence = 0.05

    private struct End: WatchEntry {
        var host: HostID
        var slice = Int64.min
        var start = Timestamp(nanoseconds: 0)
        /// In the current slice: bytes and records of large answers, those not asked for, and all other records.
        var bytes: Float = 0
        var responses: Float = 0
        var unasked: Float = 0
        var others: Float = 0
        /// A bit for each of 64 shares of the other ends' addresses.
        var peers: UInt64 = 0
        /// Mean bytes of earlier slices, and how many they were.
        var usual: Float = 0
        var slices: UInt16 = 0
        var port: UInt16 = 0
        /// What findings have reported: doublings, the slice of the last one, records of that slice.
        var octaves: Int32 = -1
        var reportedSlice = Int64.min
        var reportedFlows: Float = 0

        var weight: Float { host == .unlisted ? -1 : bytes + usual }

        init(host: HostID) { self.host = host }

        /// About how many other ends, up to 266 (linear counting; Whang, Vander-Zanden and Taylor 1990).
        var peerCount: Double { 64 * logarithm(64 / max(1, Double(64 - peers.nonzeroBitCount))) }
    }

    /// A record as question and answer.
    private struct Exchange {
        var request: UInt64
        var response: UInt64
        var packets: UInt64
        var reflector: HostID
        var victim: HostID
        var port: UInt16
        var isReflectorHome: Bool
        var isVictimHome: Bool

        init(_ flow: Flow, isFromReflector: Bool) {
            let isSourceHome = flow.traits.contains(.sourceIsHome)
            let isDestinationHome = flow.traits.contains(.destinationIsHome)
            request = isFromReflector ? flow.bytesReceived : flow.bytesSent
            response = isFromReflector ? flow.bytesSent : flow.bytesReceived
            packets = isFromReflector ? flow.packetsSent : flow.packetsReceived
            reflector = isFromReflector ? flow.sourceHost : flow.destinationHost
            victim = isFromReflector ? flow.destinationHost : flow.sourceHost
            port = isFromReflector ? flow.sourcePort : flow.destinationPort
            isReflectorHome = isFromReflector ? isSourceHome : isDestinationHome
            isVictimHome = isFromReflector ? isDestinationHome : isSourceHome
        }

        var isAmplified: Bool { response / max(1, packets) >= packetBytes && response / ratio >= request }
    }

    private let floor: Float
    private var clock = SliceClock(length: slice)
    private var victims = WatchList<End>(limit: watchLimit)
    private var reflectors = WatchList<End>(limit: watchLimit)

    /// A detector with the given thresholds.
    public init(_ settings: AmplificationSettings) {
        floor = Float(settings.megabitsPerSecond * 1e6 / 8 * Double(Self.slice) * 1e-9)
    }

    public var overflowCount: Int { victims.evictedCount + reflectors.evictedCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        victims.grow(to: tables.hosts.indexEnd)
        reflectors.grow(to: tables.hosts.indexEnd)
        for index in flows.indices {
            guard flows[index].transport == .udp else { continue }
            let isToReflector = Self.isAmplifier(flows[index].destinationPort)
            if !isToReflector, !Self.isAmplifier(flows[index].sourcePort) { continue }
            if flows[index].traits.contains(.bytesAreTotal) { continue }
            findings.flow = index
            take(flows[index], isFromReflector: !isToReflector, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&clock)
        try state.carry(&victims)
        try state.carry(&reflectors)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        victims.forget(gone)
        reflectors.forget(gone)
    }

    /// The UDP services that are abused most (catalogue, 6): DNS, NTP, CLDAP, SSDP, memcached, chargen, SNMP, IKE, BACnet.
    static func isAmplifier(_ port: UInt16) -> Bool {
        switch port {
        case 19, 53, 123, 161, 389, 500, 1900, 11_211, 47_808: true
        default: false
        }
    }

    private mutating func take(
        _ flow: Flow, isFromReflector: Bool, tables: FlowTables, findings: inout FindingSink
    ) {
        // Where both ports are the service's, the answer is the larger way.
        let isAnswer = isFromReflector || (Self.isAmplifier(flow.sourcePort) && flow.bytesSent > flow.bytesReceived)
        let exchange = Exchange(flow, isFromReflector: isAnswer)
        clock.follow(flow.start.nanoseconds)
        if !exchange.isReflectorHome || exchange.isVictimHome {
            Self.count(exchange, flow, of: exchange.victim, peer: exchange.reflector, clock, floor, in: &victims)
            judge(.target, flow, exchange.victim, victims, tables: tables, findings: &findings)
        }
        if exchange.isReflectorHome, !exchange.isVictimHome {
            Self.count(exchange, flow, of: exchange.reflector, peer: exchange.victim, clock, floor, in: &reflectors)
            judge(.source, flow, exchange.reflector, reflectors, tables: tables, findings: &findings)
        }
    }

    /// Counts a record at one end; who never got or gave a large answer is not watched.
    private static func count(
        _ exchange: Exchange, _ flow: Flow, of host: HostID, peer: HostID, _ clock: SliceClock, _ floor: Float,
        in list: inout WatchList<End>
    ) {
        let isAmplified = exchange.isAmplified
        guard let place = isAmplified ? list.place(of: host) : list.find(host) else { return }
        var end = list.entries[place]
        if end.slice != clock.number {
            // Late by a slice counts in this one; an hour back, the record before was from the future.
            if clock.number < end.slice, end.slice - clock.number <= 360 {
                guard end.slice - clock.number == 1 else { return }
            } else {
                end = turned(end, to: clock.number, start: flow.start, floor)
            }
        }
        if isAmplified {
            let share = flow.duration > slice ? Double(slice) / Double(flow.duration) : 1
            end.bytes += Float(Double(exchange.response) * share)
            end.responses += 1
            if exchange.request == 0 { end.unasked += 1 }
            end.port = exchange.port
            end.peers |= 1 << bit(of: peer)
        } else {
            end.others += 1
        }
        list.entries[place] = end
    }

    /// One multiplication would spread neighbours too evenly for counting by collisions.
    private static func bit(of peer: HostID) -> UInt64 {
        var mixed = UInt64(peer.rawValue) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 32) &* 0xbf58_476d_1ce4_e5b9
        return mixed >> 58
    }

    private static func turned(_ end: End, to slice: Int64, start: Timestamp, _ floor: Float) -> End {
        var next = End(host: end.host)
        (next.slice, next.start, next.slices, next.usual) = (slice, start, end.slices, end.usual)
        guard end.slice != .min else { return next }
        let isOrdinary = end.bytes <= max(floor / 4, 3 * end.usual)
        learning.learn(end.bytes, into: &next.usual, of: Int(end.slices), isSuspicious: !isOrdinary)
        if end.slices < .max { next.slices += 1 }
        if slice > end.slice, slice - end.slice <= 6 { next.octaves = end.octaves }
        return next
    }

    private mutating func judge(
        _ role: FloodRole, _ flow: Flow, _ host: HostID, _ list: WatchList<End>, tables: FlowTables,
        findings: inout FindingSink
    ) {
        guard let place = list.find(host) else { return }
        let end = list.entries[place]
        let limit = max(floor, Self.ownFactor * end.usual)
        guard end.bytes >= limit, end.responses >= end.others else { return }
        let octave = Int32(logarithm2(Double(end.bytes / limit)))
        guard octave > end.octaves || end.reportedSlice != end.slice else { return }
        let peers = end.peerCount
        guard role == .source || peers >= Self.leastReflectors else { return }
        var evidence = Self.doubling * Double(max(0, octave - max(0, end.octaves)))
        if end.reportedSlice != end.slice {
            evidence += end.octaves >= 0 ? Self.laterSlice : Self.first
            if end.octaves < 0, role == .target, end.unasked * 2 >= end.responses { evidence += Self.unasked }
        }
        let reported = (octave: max(octave, end.octaves), slice: end.slice, flows: end.responses)
        switch role {
        case .target:
            (victims.entries[place].octaves, victims.entries[place].reportedSlice) = (reported.octave, reported.slice)
            victims.entries[place].reportedFlows = reported.flows
        case .source:
            (reflectors.entries[place].octaves, reflectors.entries[place].reportedSlice) = (
                reported.octave, reported.slice
            )
            reflectors.entries[place].reportedFlows = reported.flows
        }
        let subject = tables.hosts.key(of: host)
        findings.add(
            Finding(
                detector: Self.name, subject: subject,
                peer: role == .target ? nil : flow.source == subject.address ? flow.destination : flow.source,
                span: Window(start: min(end.start, flow.start), end: max(flow.start, flow.end)),
                score: Double(end.bytes / limit), baseline: Double(limit), evidence: max(Self.leastEvidence, evidence),
                flows: Int(end.responses - end.reportedFlows),
                reason: AmplificationReason(
                    role: role, port: end.port, responses: Int(end.responses), unasked: Int(end.unasked),
                    bytes: Double(end.bytes), peers: Int(peers.rounded()), usual: Double(limit)),
                sample: tables.sample(flow)))
    }
}
