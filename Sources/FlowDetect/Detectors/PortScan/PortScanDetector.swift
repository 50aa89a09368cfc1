public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `port-scan`.
public struct PortScanSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Evidence, in nats, from which a host is said to scan: ln((1 − β) / α) for α = 0.0005 and β = 0.01.
    public var decision = 7.5
    /// Most hosts watched closely at a time.
    public var suspectLimit = 8192
    public static let ranges: [String: ClosedRange<Double>] = ["decision": 0.1...100, "suspectLimit": 8...65_536]
    /// The defaults.
    public init() {}
}

/// `port-scan`: a host that tries (peer, port) it has not tried before, most of them in vain: one port of many hosts,
/// many ports of one, or any of any, as slow as one an hour.
///
/// Null model: a sequential test on first contacts (`ScanSuspect`): an ordinary host's fails with probability 0.25, that
/// of a stranger whom nobody here asked with 0.1, a scanner's with 0.8. It decides within `observe`, as soon as one of
/// the walks passes ln((1 − β) / α) for α = 0.0005. What has answered this host before is an outage, not a scan.
/// Memory: 24 bytes a host, 4 bytes a pair, and at most 9 KB for each of `suspectLimit` suspects, of whom the least
/// suspicious make room. Cost: two array reads a flow.
public struct PortScanDetector: Detector {
    public static let profile = DetectorProfile(
        name: .portScan,
        watchesFor:
            "first contacts that fail, by a sequential test: one port of many hosts, many ports of one, or any;"
            + " slow ones and those from outside too",
        weight: "enough for an incident by itself",
        family: .attempts, cap: 12,
        capSource: "with the prior of -7 a probability of 0.99: beyond it evidence decides nothing",
        evidence: .total)

    /// Suspects looked at when one has to make room.
    static let candidates = 8

    /// Calls for the time that a client may make in vain an hour: every 64 s, as ntpd does at its fastest, to eight silent
    /// servers.
    private static let timeAsksPerHour = 450

    private struct Host {
        /// The only thing it tried in vain so far; no peer without.
        var firstPeer = HostID.unlisted
        /// The hour, since 1970, in which it last asked for the time in vain, and how often it did.
        var timeHour: UInt32 = 0
        var firstSeen = Timestamp(nanoseconds: 0)
        var firstPort: UInt16 = 0
        var firstTransport = Transport.unknown
        /// Whether a home host asked it for something before it tried anything in vain.
        var wasAsked = false
        /// Services that it talked to with answers, and those whose answers were not recorded, up to 255 each.
        var answered: UInt8 = 0
        var oneSided: UInt8 = 0
        var timeAsks: UInt16 = 0

        /// Whether the exporter does not see what comes back to it.
        var isHalfSeen: Bool { oneSided >= 3 && oneSided > answered }
    }

    private let settings: PortScanSettings
    /// How often a host to watch took the place of another.
    public private(set) var overflowCount = 0
    private var hosts: [Host] = []
    /// Where each host's suspect stands; -1 without.
    private var suspectOf: [Int32] = []
    /// The two ports of each pair that have answered last.
    private var answeredPorts: [UInt32] = []
    private var suspects: [ScanSuspect] = []
    /// Suspects with a finding behind them and something new to say.
    private var pending: [HostID] = []
    private var nextCandidate = 0
    /// Event time as far as windows have closed: a row dated 2199 must not age anything.
    private var now: Timestamp?

    /// A detector with the given settings.
    public init(_ settings: PortScanSettings) { self.settings = settings }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        grow(tables)
        for index in flows.indices {
            // Nearly every flow: what has answered before is no first contact, and its silence an outage, not a scan.
            if hasAnswered(flows[index].pair, flows[index].destinationPort) { continue }
            let outcome = flows[index].contactOutcome
            switch outcome {
            case .none: continue
            case .answered, .touched: takeAnswered(flows[index], outcome)
            case .oneSided: takeOneSided(flows[index])
            case .failed, .silent:
                findings.flow = index
                takeFailed(flows[index], outcome, tables: tables, findings: &findings)
            }
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        reportPending(tables: tables, findings: &findings)
        now = window.window.end
    }

    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {
        reportPending(tables: tables, findings: &findings)
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
        try state.carry(&suspectOf)
        try state.carry(&answeredPorts)
        try state.carry(&suspects, empty: .empty)
        try state.carry(&pending)
        try state.carry(&nextCandidate)
        try state.carry(&now)
        try state.carry(&overflowCount)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices {
            if gone.contains(hosts[index].firstPeer) { hosts[index].firstPeer = .unlisted }
            guard gone.contains(HostID(rawValue: UInt32(index))) else { continue }
            if suspectOf[index] >= 0 { drop(Int(suspectOf[index])) }
            hosts[index] = Host()
        }
        for index in suspects.indices { suspects[index].forget(gone) }
        pending.removeAll { gone.contains($0) }
        for index in answeredPorts.indices where answeredPorts[index] != 0 {
            let pair = PairID(rawValue: UInt32(index))
            if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                answeredPorts[index] = 0
            }
        }
    }

    private mutating func reportPending(tables: FlowTables, findings: inout FindingSink) {
        for host in pending {
            let place = Int(suspectOf[host.index])
            if place >= 0, suspects[place].isDirty { report(place, tables: tables, findings: &findings) }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func grow(_ tables: FlowTables) {
        let hostCount = tables.hosts.indexEnd
        if hosts.count < hostCount {
            suspectOf.append(contentsOf: repeatElement(-1, count: hostCount - hosts.count))
            hosts.append(contentsOf: repeatElement(Host(), count: hostCount - hosts.count))
        }
        let pairCount = tables.pairs.indexEnd
        if answeredPorts.count < pairCount {
            answeredPorts.append(contentsOf: repeatElement(0, count: pairCount - answeredPorts.count))
        }
    }

    private func hasAnswered(_ pair: PairID, _ port: UInt16) -> Bool {
        let known = answeredPorts[pair.index]
        return port != 0
            && (UInt16(truncatingIfNeeded: known) == port || UInt16(truncatingIfNeeded: known >> 16) == port)
    }

    private static func contact(_ flow: Flow, _ outcome: ContactOutcome) -> ScanContact {
        let isHome = flow.traits.contains(.destinationIsHome)
        let reach: ScanContact.Reach =
            !isHome ? .outward : flow.traits.contains(.sourceIsHome) ? .inside : .inbound
        // A ping has no port, though formats put its type or number there.
        let hasPort = flow.transport == .tcp || flow.transport == .udp
        return ScanContact(
            peer: flow.destinationHost, port: hasPort ? flow.destinationPort : 0, transport: flow.transport,
            reach: reach,
            outcome: outcome)
    }

    private mutating func takeAnswered(_ flow: Flow, _ outcome: ContactOutcome) {
        if outcome == .answered, flow.pair != .unlisted {
            learn(flow)
            hosts[flow.sourceHost.index].answered += hosts[flow.sourceHost.index].answered < .max ? 1 : 0
        }
        markAsked(flow)
        let place = Int(suspectOf[flow.sourceHost.index])
        guard place >= 0 else { return }
        suspects[place].add(Self.contact(flow, outcome), at: now)
    }

    private mutating func takeOneSided(_ flow: Flow) {
        guard flow.pair != .unlisted else { return }
        learn(flow)
        hosts[flow.sourceHost.index].oneSided += hosts[flow.sourceHost.index].oneSided < .max ? 1 : 0
    }

    private mutating func learn(_ flow: Flow) {
        answeredPorts[flow.pair.index] = answeredPorts[flow.pair.index] << 16 | UInt32(flow.destinationPort)
    }

    /// Whoever is asked from here is no stranger, unless we had cause to suspect it first.
    private mutating func markAsked(_ flow: Flow) {
        guard flow.traits.contains(.sourceIsHome), !flow.traits.contains(.destinationIsHome) else { return }
        let index = flow.destinationHost.index
        if hosts[index].firstPeer == .unlisted, suspectOf[index] < 0 { hosts[index].wasAsked = true }
    }

    /// Whether a call for the time is one of few: clients ask whom a pool names, one after the other, and many of these
    /// never answer.
    private mutating func asksForTime(_ flow: Flow) -> Bool {
        let host = flow.sourceHost.index
        let hour = UInt32(truncatingIfNeeded: flow.start.nanoseconds / 3_600_000_000_000)
        if hosts[host].timeHour != hour { (hosts[host].timeHour, hosts[host].timeAsks) = (hour, 0) }
        hosts[host].timeAsks = hosts[host].timeAsks.addingClamped(1)
        return hosts[host].timeAsks <= Self.timeAsksPerHour
    }

    private mutating func takeFailed(
        _ flow: Flow, _ outcome: ContactOutcome, tables: FlowTables, findings: inout FindingSink
    ) {
        guard flow.pair != .unlisted else { return }
        let scope = flow.destination.scope
        guard scope != .multicast, scope != .broadcast else { return }
        markAsked(flow)
        let index = flow.sourceHost.index
        var contact = Self.contact(flow, outcome)
        if contact.reach == .outward, contact.transport == .udp, contact.port == 123, asksForTime(flow) { return }
        contact.isHalfSeen = hosts[index].isHalfSeen
        if contact.reach == .inbound, hosts[index].wasAsked { return }
        if suspectOf[index] < 0 {
            let first = hosts[index]
            guard first.firstPeer != .unlisted else {
                hosts[index].firstPeer = contact.peer
                hosts[index].firstSeen = flow.start
                hosts[index].firstPort = contact.port
                hosts[index].firstTransport = contact.transport
                return
            }
            var earlier = contact
            earlier.peer = first.firstPeer
            earlier.port = first.firstPort
            earlier.transport = first.firstTransport
            guard earlier.key != contact.key else { return }
            suspect(flow, contact.reach, findings: &findings)
            suspects[Int(suspectOf[index])].add(earlier, at: now)
        }
        let place = Int(suspectOf[index])
        let hadNews = suspects[place].isDirty
        suspects[place].note(flow)
        suspects[place].add(contact, at: now)
        if suspects[place].isReported {
            if !hadNews { pending.append(flow.sourceHost) }
        } else if suspects[place].evidence >= settings.decision {
            report(place, tables: tables, findings: &findings)
        }
    }

    private mutating func suspect(_ flow: Flow, _ reach: ScanContact.Reach, findings: inout FindingSink) {
        let fresh = ScanSuspect(
            host: flow.sourceHost, flow: flow, reach: reach, firstSeen: hosts[flow.sourceHost.index].firstSeen)
        if suspects.count < settings.suspectLimit {
            suspects.append(fresh)
            suspectOf[flow.sourceHost.index] = Int32(truncatingIfNeeded: suspects.count - 1)
            return
        }
        // Of a few the one with the least against it makes room; where to look goes round, so that all get their turn.
        var weakest = nextCandidate
        for _ in 0..<Self.candidates {
            if suspects[nextCandidate].evidence < suspects[weakest].evidence { weakest = nextCandidate }
            nextCandidate = (nextCandidate + 1) % suspects.count
        }
        overflowCount += 1
        suspectOf[suspects[weakest].host.index] = -1
        suspects[weakest] = fresh
        suspectOf[flow.sourceHost.index] = Int32(truncatingIfNeeded: weakest)
    }

    /// Takes a suspect out; the last one takes its place.
    private mutating func drop(_ place: Int) {
        suspectOf[suspects[place].host.index] = -1
        let last = suspects.removeLast()
        if place < suspects.count {
            suspects[place] = last
            suspectOf[last.host.index] = Int32(truncatingIfNeeded: place)
        }
        nextCandidate = 0
    }

    private mutating func report(_ place: Int, tables: FlowTables, findings: inout FindingSink) {
        let suspect = suspects[place]
        let scan = PortScanReason(suspect, tables: tables)
        suspects[place].isReported = true
        suspects[place].isDirty = false
        suspects[place].flows = 0
        findings.add(
            Finding(
                detector: Self.name, subject: suspect.key, peer: scan.peerCount == 1 ? scan.peers.first : nil,
                span: Window(start: suspect.firstSeen, end: suspect.lastSeen), score: Double(scan.unanswered),
                baseline: ScanSuspect.ordinaryFailure * Double(scan.unanswered + scan.touched),
                evidence: suspect.evidence, flows: suspect.flows, reason: scan, sample: tables.sample(suspect.sample)))
    }
}
