import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// `new-port`: a home host that uses a service port it has not used before, or answers on one it has not answered on.
///
/// Null model: `NoveltyRates`, one for what hosts use and one for what they offer. Only what was answered counts and is
/// remembered, so that a scan teaches nothing. Dynamic ports (RFC 6335) are one port. A hint, never an incident.
/// Memory: 40 bytes a host and 8.5 MB. Cost: two array reads a flow.
public struct NewPortDetector: Detector {
    public static let profile = DetectorProfile(
        name: .newPort,
        watchesFor:
            "the first use of a service port by a home host, or its first answer on one, by how rarely it and its"
            + " group meet anything new",
        weight: "little: a hint for other findings",
        family: .novelty, cap: 1.5,
        capSource: "context: with the prior of -7 a probability of 0.004",
        evidence: .total)

    private static let firstDynamicPort: UInt16 = 49_152
    private static let memoryBits = 20

    private enum Role: UInt64 {
        case used = 1
        case offered
    }

    private var memory: RecentSet
    private var used: NoveltyRates
    private var offered: NoveltyRates
    private var seen = SeenInSlice()

    /// A detector with the given learning time and memory.
    public init(_ settings: NoveltySettings) {
        memory = RecentSet(
            bits: Self.memoryBits, memory: NoveltyRates.slices(inSeconds: settings.memorySeconds))
        used = NoveltyRates(.portUsed, learningSeconds: settings.learningSeconds)
        offered = NoveltyRates(.portOffered, learningSeconds: settings.learningSeconds)
    }

    public var overflowCount: Int { memory.overflowCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        used.grow(to: tables.hosts.indexEnd)
        offered.grow(to: tables.hosts.indexEnd)
        for index in flows.indices {
            let transport = flows[index].transport
            guard transport == .tcp || transport == .udp, flows[index].destinationPort != 0,
                flows[index].contactOutcome == .answered
            else { continue }
            let slice = NoveltyRates.slice(of: flows[index].start)
            let port = min(Self.firstDynamicPort, flows[index].destinationPort)
            let thing = UInt32(port) << 1 | (transport == .tcp ? 1 : 0)
            let traits = flows[index].traits
            findings.flow = index
            if traits.contains(.sourceIsHome), isFresh(flows[index].sourceHost, .used, thing, slice) {
                take(flows[index], .used, port, slice, tables: tables, findings: &findings)
            }
            if traits.contains(.destinationIsHome), isFresh(flows[index].destinationHost, .offered, thing, slice) {
                take(flows[index], .offered, port, slice, tables: tables, findings: &findings)
            }
        }
    }

    /// Whether this is the first time in the current slice, or it had to make room.
    private mutating func isFresh(_ host: HostID, _ role: Role, _ thing: UInt32, _ slice: Int32) -> Bool {
        let thing = thing << 1 | UInt32(role == .used ? 1 : 0)
        if seen.contains(host.rawValue, thing, slice) { return false }
        seen.insert(host.rawValue, thing, slice)
        return true
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&memory)
        try state.carry(&used)
        try state.carry(&offered)
        try state.carry(&seen)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        used.forget(gone)
        offered.forget(gone)
        seen = SeenInSlice()
    }

    private mutating func take(
        _ flow: Flow, _ role: Role, _ port: UInt16, _ slice: Int32, tables: FlowTables, findings: inout FindingSink
    ) {
        let isUsed = role == .used
        let host = isUsed ? flow.sourceHost : flow.destinationHost
        guard host != .unlisted else { return }
        let subject = isUsed ? flow.sourceKey : flow.destinationKey
        let group = tables.firstGroup(of: isUsed ? flow.sourceGroups : flow.destinationGroups)
        if isUsed {
            used.touch(host, group: group, at: slice, lessons: &findings.lessons)
        } else {
            offered.touch(host, group: group, at: slice, lessons: &findings.lessons)
        }
        let thing = UInt64(port) << 16 | UInt64(flow.transport.rawValue) << 8 | role.rawValue
        let isKnown = memory.see(RecentSet.key(RecentSet.key(subject.high, subject.address.low), thing), at: slice)
        guard !isKnown,
            let surprise = isUsed
                ? used.meetNew(host, tables.network, lessons: &findings.lessons)
                : offered.meetNew(host, tables.network, lessons: &findings.lessons)
        else { return }
        findings.add(
            Finding(
                novelty: NoveltyReason(
                    kind: isUsed ? .portUsed : .portOffered, port: flow.destinationPort, transport: flow.transport,
                    share: surprise.share, slices: surprise.slices),
                detector: Self.name, subject: subject, peer: isUsed ? flow.destination : flow.source,
                evidence: surprise.evidence, flow: tables.sample(flow)))
    }
}
