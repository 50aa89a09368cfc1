import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// `new-peer`: a home host that opens its first connection to a peer, or into an outside network (/16 of IPv4, /48 of
/// IPv6) that it had nothing to do with.
///
/// Null model: `NoveltyRates`, one for peers and one for networks. Only what was answered counts and is remembered, so
/// that a scan teaches nothing. A hint, never an incident. Memory: 40 bytes a host and 8.5 MB. Cost: one array read a
/// flow.
public struct NewPeerDetector: Detector {
    public static let profile = DetectorProfile(
        name: .newPeer,
        watchesFor:
            "the first connection of a home host to a peer or into an outside network, by how rarely it and its"
            + " group meet anything new",
        weight: "little: a hint for other findings",
        family: .novelty, cap: 1,
        capSource: "context; that a peer was new is also part of what exfiltration weighs",
        evidence: .total)

    private static let memoryBits = 20

    private var memory: RecentSet
    private var peers: NoveltyRates
    private var networks: NoveltyRates
    private var seen = SeenInSlice()

    /// A detector with the given learning time and memory.
    public init(_ settings: NoveltySettings) {
        memory = RecentSet(
            bits: Self.memoryBits, memory: NoveltyRates.slices(inSeconds: settings.memorySeconds))
        peers = NoveltyRates(.peer, learningSeconds: settings.learningSeconds)
        networks = NoveltyRates(.network, learningSeconds: settings.learningSeconds)
    }

    public var overflowCount: Int { memory.overflowCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        peers.grow(to: tables.hosts.indexEnd)
        networks.grow(to: tables.hosts.indexEnd)
        for index in flows.indices {
            let slice = NoveltyRates.slice(of: flows[index].start)
            if seen.contains(flows[index].pair.rawValue, 0, slice) { continue }
            guard flows[index].traits.contains(.sourceIsHome), flows[index].sourceHost != .unlisted,
                flows[index].contactOutcome == .answered
            else { continue }
            seen.insert(flows[index].pair.rawValue, 0, slice)
            findings.flow = index
            take(flows[index], slice, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&memory)
        try state.carry(&peers)
        try state.carry(&networks)
        try state.carry(&seen)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        peers.forget(gone)
        networks.forget(gone)
        seen = SeenInSlice()
    }

    private mutating func take(_ flow: Flow, _ slice: Int32, tables: FlowTables, findings: inout FindingSink) {
        let host = flow.sourceHost
        let group = tables.firstGroup(of: flow.sourceGroups)
        let own = RecentSet.key(flow.source.high, flow.source.low)
        peers.touch(host, group: group, at: slice, lessons: &findings.lessons)
        let peer = RecentSet.key(RecentSet.key(own, flow.destination.high), flow.destination.low)
        let isKnown = memory.see(peer, at: slice)
        let byPeer = isKnown ? nil : peers.meetNew(host, tables.network, lessons: &findings.lessons)
        var byNetwork: (share: Double, slices: Int, evidence: Double)?
        if !flow.traits.contains(.destinationIsHome) {
            networks.touch(host, group: group, at: slice, lessons: &findings.lessons)
            let isV4 = flow.destination.isV4
            // Neither number is the first half of an address in use.
            let network = RecentSet.key(
                RecentSet.key(own, isV4 ? 1 : 2), isV4 ? flow.destination.low >> 16 : flow.destination.high >> 16)
            if !memory.see(network, at: slice) {
                byNetwork = networks.meetNew(host, tables.network, lessons: &findings.lessons)
            }
        }
        let isNetwork = (byNetwork?.evidence ?? 0) > (byPeer?.evidence ?? 0)
        guard let surprise = isNetwork ? byNetwork : byPeer else { return }
        findings.add(
            Finding(
                novelty: NoveltyReason(
                    kind: isNetwork ? .network : .peer, port: flow.destinationPort, transport: flow.transport,
                    share: surprise.share, slices: surprise.slices),
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination, evidence: surprise.evidence,
                flow: tables.sample(flow)))
    }
}
