import FlowMath
public import FlowModel
public import FlowState

/// Settings of `mining-and-tor`.
public struct MiningAndTorSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// `mining-and-tor`: long, thin connections to the ports of mining pools, and the ports of Tor's relays outside.
///
/// Null model: a host that calls many high ports of strangers calls one of these by chance: the evidence is at most
/// -ln of the probability that so many calls hit one. Besides, workers of a pool keep a connection up for long on which
/// small messages go both ways at a few bytes a second (Stratum: a job about every half minute, shares between), which
/// little else does on such a port; a Tor client keeps a few encrypted connections to relays. Ports are a habit, not a
/// law, and a pool on port 443 is not seen: both are hints, and neither is an incident. Memory: 80 bytes for each of
/// 4,096 (host, peer, port), the one silent longest makes room; 8 bytes a host.
public struct MiningAndTorDetector: Detector {
    public static let profile = DetectorProfile(
        name: .miningAndTor,
        watchesFor:
            "long, thin connections to the ports of mining pools; data with the ports of Tor's relays; less for"
            + " hosts that call many ports",
        weight: "a hint",
        family: .channels, cap: 4,
        capSource: "with the prior of -7 a probability of 0.05: a hint, for a port is a habit and not a law",
        evidence: .total)

    /// How long a worker is connected in all, in seconds, before it is one, and before it surely is.
    static let leastSeconds: Float = 600
    static let longSeconds: Float = 3600
    /// Bytes a second both ways of Stratum at most; and bytes of a packet, with headers, at most.
    static let mostRate: Float = 2000
    static let mostPacket: Float = 400
    /// Connections in an hour at most: a worker stays.
    static let mostReconnects: Float = 12
    /// Evidence, in nats, of a worker, of one connected for an hour, of small packets.
    static let mining = 2.0
    static let miningLong = 1.0
    static let miningSmall = 1.0
    /// Evidence of one relay with which data went both ways, of each further one, and at most.
    static let relay = 1.5
    static let furtherRelay = 0.75
    static let mostTor = 3.0
    static let relayBytes: Float = 2000

    /// Ports watched, and ports they are among.
    private static let watchedPorts = 20.0
    private static let highPorts = 64_512.0
    private static let trackCount = 4096
    private static let ways = 8

    private struct Track {
        var pair = PairID.unlisted
        var port: UInt16 = 0
        /// Whether it counts among the host's relays.
        var isRelay = false
        /// Evidence that was reported.
        var reported: Float = 0
        var first: Int64 = 0
        var last = Int64.min
        var seconds: Float = 0
        var bytesSent: Float = 0
        var bytesReceived: Float = 0
        var packets: Float = 0
        var flows: UInt32 = 0
        var reportedFlows: UInt32 = 0
    }

    /// What is counted of a host.
    private struct Host {
        /// Flows to high ports outside.
        var highCalls: UInt32 = 0
        /// Relays that data went both ways with.
        var relays: UInt16 = 0
    }

    /// Tracks that made room for others.
    public private(set) var overflowCount = 0
    private var tracks = Array(repeating: Track(), count: MiningAndTorDetector.trackCount)
    private var hosts: [Host] = []

    /// A detector that has seen nothing.
    public init() {}

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if hosts.count < tables.hosts.indexEnd {
            hosts.append(contentsOf: repeatElement(Host(), count: tables.hosts.indexEnd - hosts.count))
        }
        for index in flows.indices where flows[index].destinationPort >= 1024 {
            let flow = flows[index]
            guard flow.traits.contains(.sourceIsHome), !flow.traits.contains(.destinationIsHome) else { continue }
            let host = flow.sourceHost.index
            // Calls that nobody answers cost nothing: they must not hide the others.
            if flow.isAnswered { hosts[host].highCalls = hosts[host].highCalls.addingClamped(1) }
            guard let use = MiningAndTorReason.Use(port: flow.destinationPort), flow.transport == .tcp,
                flow.pair != .unlisted, flow.isAnswered, flow.destination.scope == .public
            else { continue }
            findings.flow = index
            take(flow, use, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&tracks)
        try state.carry(&hosts)
        try state.carry(&overflowCount)
        guard tracks.count == Self.trackCount else { throw .damaged }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
        for index in tracks.indices where tracks[index].pair != .unlisted {
            let pair = tracks[index].pair
            if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                tracks[index] = Track()
            }
        }
    }

    private mutating func take(
        _ flow: Flow, _ use: MiningAndTorReason.Use, tables: FlowTables, findings: inout FindingSink
    ) {
        let place = place(of: flow)
        tracks[place].last = max(tracks[place].last, flow.end.nanoseconds)
        tracks[place].seconds += Float(Double(flow.duration) / 1e9)
        tracks[place].bytesSent += Float(flow.bytesSent)
        tracks[place].bytesReceived += Float(flow.bytesReceived)
        tracks[place].packets += Float(flow.packetsSent) + Float(flow.packetsReceived)
        tracks[place].flows = tracks[place].flows.addingClamped(1)
        let evidence = use == .mining ? minerEvidence(tracks[place]) : relayEvidence(place, flow.sourceHost)
        // By chance as many calls as these hit one of the ports watched with this probability.
        let calls = Double(hosts[flow.sourceHost.index].highCalls)
        let chance = 1 - exponential(-calls * Self.watchedPorts / Self.highPorts)
        let weighed = min(evidence, -logarithm(max(1e-9, chance)))
        guard weighed > 0, Float(weighed) >= tracks[place].reported + 0.5 else { return }
        let track = tracks[place]
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(start: Timestamp(nanoseconds: track.first), end: Timestamp(nanoseconds: track.last)),
                score: evidence, baseline: 0, evidence: weighed, flows: Int(track.flows - track.reportedFlows),
                reason: MiningAndTorReason(
                    use: use, port: flow.destinationPort, seconds: Double(track.seconds),
                    bytes: Double(track.bytesSent + track.bytesReceived),
                    peers: use == .tor ? Int(hosts[flow.sourceHost.index].relays) : 1),
                sample: tables.sample(flow)))
        tracks[place].reported = Float(weighed)
        tracks[place].reportedFlows = track.flows
    }

    /// Where the pair and port stand, new if need be, in place of what among a few was silent longest.
    private mutating func place(of flow: Flow) -> Int {
        let mixed = (UInt64(flow.pair.rawValue) << 16 | UInt64(flow.destinationPort)) &* 0x9e37_79b9_7f4a_7c15
        let base = Int(mixed >> 52) & ~(Self.ways - 1)
        var oldest = base
        for place in base..<(base + Self.ways) {
            if tracks[place].pair == flow.pair, tracks[place].port == flow.destinationPort { return place }
            if tracks[place].last < tracks[oldest].last { oldest = place }
        }
        if tracks[oldest].pair != .unlisted { overflowCount += 1 }
        tracks[oldest] = Track()
        (tracks[oldest].pair, tracks[oldest].port) = (flow.pair, flow.destinationPort)
        tracks[oldest].first = flow.start.nanoseconds
        return oldest
    }

    private func minerEvidence(_ track: Track) -> Double {
        let rate = (track.bytesSent + track.bytesReceived) / max(1, track.seconds)
        guard track.seconds >= Self.leastSeconds, rate > 0, rate <= Self.mostRate, track.bytesSent > 0,
            track.bytesReceived > 0, Float(track.flows) <= 1 + Self.mostReconnects * track.seconds / 3600
        else { return 0 }
        var evidence = Self.mining
        if track.seconds >= Self.longSeconds { evidence += Self.miningLong }
        if track.packets > 0, (track.bytesSent + track.bytesReceived) / track.packets <= Self.mostPacket {
            evidence += Self.miningSmall
        }
        return evidence
    }

    private mutating func relayEvidence(_ place: Int, _ host: HostID) -> Double {
        let track = tracks[place]
        guard track.bytesSent >= Self.relayBytes, track.bytesReceived >= Self.relayBytes else { return 0 }
        if !track.isRelay {
            tracks[place].isRelay = true
            hosts[host.index].relays = hosts[host.index].relays.addingClamped(1)
        }
        return min(Self.mostTor, Self.relay + Self.furtherRelay * Double(max(1, hosts[host.index].relays) - 1))
    }
}
