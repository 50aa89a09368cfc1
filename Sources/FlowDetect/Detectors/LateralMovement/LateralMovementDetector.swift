public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `lateral-movement`.
public struct LateralMovementSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// So long a host must be known before what it does is held against it: at first every session is the first.
    public var learningSeconds = 1200.0
    /// A session that long ago is as good as none: a month, so that what is done monthly is known.
    public var memorySeconds = 31.0 * 86_400
    public static let ranges: [String: ClosedRange<Double>] = ["learningSeconds": .learning, "memorySeconds": .memory]
    /// The defaults.
    public init() {}
}

/// `lateral-movement`: a home host that enters several home hosts it had nothing to do with over ports of administration,
/// and from which the entry goes on: A → B → C within an hour of each other.
///
/// An entry is a session, answered and longer than a look at an open port, with a host that this one has not been in
/// such a session with and that at most two others have lately: a server that many use is entered by anyone. Null model: a host
/// makes entries at its own rate, drawn towards its group's; the number in an hour, given one, is negative binomial
/// (Poisson of an uncertain rate), which has the long tail of days on which an administrator does his rounds. Of a host
/// just entered any entry counts against that rate, and is reported about whoever came first. A movement with a finding teaches
/// the rates one entry. Memory: 72 bytes a host and 2 MB. Cost: a comparison of the port a flow.
public struct LateralMovementDetector: Detector {
    public static let profile = DetectorProfile(
        name: .lateralMovement,
        watchesFor:
            "sessions over ports of administration with hosts here that hardly anybody enters, more than the host"
            + " and its group make, and entries that go on from there within an hour",
        weight: "enough for an incident where they go on; else a hint",
        family: .movement, cap: 8,
        capSource:
            "with the prior of -7 a probability of 0.73: a round of backups or an administrator can look like it",
        evidence: .total, shown: .furthest)

    /// How far apart the steps of one movement are at most.
    private static let reach: Int64 = 3_600_000_000_000
    /// More hosts than these in sessions with one make it a server.
    private static let usualClients = 2
    /// Fewer bytes both ways are a look at an open port: the handshakes of SSH, SMB and RDP are larger.
    private static let leastBytes: UInt64 = 1000
    /// Hours that the group's rate counts as, and the least rate an hour of anyone.
    private static let groupWeight = 2.0
    private static let leastRate = 0.02
    /// Most that entries without a further step weigh, in nats: a first round of backups looks like it.
    static let fanEvidence = 4.5
    /// Evidence after which more is reported.
    private static let step: Float = 0.5
    private static let groupLimit = 256
    private static let memoryBits = 18

    private struct Host {
        /// Hosts that were in sessions with it this month, and in that before: a bit each, by hash.
        var clients: UInt64 = 0
        var formerClients: UInt64 = 0
        /// When it was entered in a movement, who began that, nobody without, and how many steps from the first.
        var enteredAt = Int64.min
        var root = HostID.unlisted
        var depth: UInt8 = 0
        var group: UInt8 = 0
        /// Hosts that it entered since `begin`, the last of them at `last`.
        var opened: UInt16 = 0
        var begin = Int64.min
        var last = Int64.min
        /// When it was first met, plus 1, in seconds since the first flow; 0 for nobody.
        var met: UInt32 = 0
        /// Entries before.
        var past: Float = 0
        /// Of the movement it began: entries made by those it entered, what these weigh, the most steps, and what was reported.
        var chain: Float = 0
        var reported: Float = 0
        var reportedEntries: UInt32 = 0
        var further: UInt16 = 0
        var mostSteps: UInt8 = 0

        /// Whether more than a few hosts use it.
        var isServer: Bool { (clients | formerClients).nonzeroBitCount > usualClients }
    }

    private struct Group {
        var hosts: Float = 0
        var entries: Float = 0
    }

    private let learning: Int64
    private var memory: RecentSet
    private var hosts: [Host] = []
    private var groups = Array(repeating: Group(), count: groupLimit)
    private var months = Months()
    private var begin: Int64?

    /// A detector with the given learning time and memory.
    public init(_ settings: LateralMovementSettings) {
        learning = Int64(settings.learningSeconds * 1e9)
        memory = RecentSet(bits: Self.memoryBits, memory: Int(settings.memorySeconds))
    }

    public var overflowCount: Int { memory.overflowCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if hosts.count < tables.hosts.indexEnd {
            hosts.append(contentsOf: repeatElement(Host(), count: tables.hosts.indexEnd - hosts.count))
        }
        for index in flows.indices {
            let source = flows[index].sourceHost
            let isHome = flows[index].traits.contains(.sourceIsHome)
            guard isHome, source != .unlisted else { continue }
            if hosts[source.index].met == 0 { meet(flows[index], tables: tables) }
            guard Self.isAdministration(flows[index].destinationPort) else { continue }
            findings.flow = index
            take(flows[index], tables: tables, findings: &findings)
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        for _ in 0..<min(2, months.turns(at: window.window.start)) {
            for index in hosts.indices {
                (hosts[index].formerClients, hosts[index].clients) = (hosts[index].clients, 0)
            }
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&memory)
        try state.carry(&months)
        try state.carry(&hosts)
        try state.carry(&groups)
        try state.carry(&begin)
        guard groups.count == Self.groupLimit else { throw .damaged }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices {
            if gone.contains(hosts[index].root) { hosts[index].root = .unlisted }
            if gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
        }
    }

    private static func isAdministration(_ port: UInt16) -> Bool {
        switch port {
        case 22, 23, 135, 139, 445, 3389, 5900...5903, 5985, 5986: true
        default: false
        }
    }

    /// Seconds since the first flow, 0 for what is dated before it.
    private mutating func seconds(_ time: Int64) -> UInt32 {
        let begin = self.begin ?? time
        self.begin = begin
        let (offset, overflow) = time.subtractingReportingOverflow(begin)
        return overflow ? 0 : UInt32(clamping: max(0, offset) / 1_000_000_000)
    }

    private mutating func meet(_ flow: Flow, tables: FlowTables) {
        let group = UInt8(truncatingIfNeeded: tables.firstGroup(of: flow.sourceGroups).index)
        hosts[flow.sourceHost.index].met = seconds(flow.start.nanoseconds).addingClamped(1)
        hosts[flow.sourceHost.index].group = group
        groups[Int(group)].hosts += 1
    }

    private mutating func take(_ flow: Flow, tables: FlowTables, findings: inout FindingSink) {
        let (source, target) = (flow.sourceHost.index, flow.destinationHost.index)
        guard flow.transport == .tcp, flow.traits.contains(.destinationIsHome), target > 0, target != source,
            flow.contactOutcome == .answered, flow.bytes >= Self.leastBytes
        else { return }
        let now = Int64(seconds(flow.start.nanoseconds))
        // Of the two whoever calls: a session back is none with a stranger.
        let (low, high) = (min(flow.source, flow.destination), max(flow.source, flow.destination))
        let pair = RecentSet.key(RecentSet.key(RecentSet.key(low.high, low.low), high.high), high.low)
        let client: UInt64 = 1 << ((UInt64(source) &* 0x9e37_79b9_7f4a_7c15) >> 58)
        let isServer = hosts[target].isServer
        let isKnown = memory.see(pair, at: Int32(clamping: now))
        // A client of the month before is one still; who is called back is none.
        if !isKnown || hosts[target].formerClients & client != 0 { hosts[target].clients |= client }
        guard !isKnown else { return }
        if !isServer { enter(flow, at: flow.start.nanoseconds, tables: tables, findings: &findings) }
    }

    private static func isNear(_ earlier: Int64, _ time: Int64) -> Bool {
        let (gap, overflow) = time.subtractingReportingOverflow(earlier)
        return !overflow && gap.magnitude <= UInt64(reach)
    }

    private mutating func enter(_ flow: Flow, at time: Int64, tables: FlowTables, findings: inout FindingSink) {
        let (source, target) = (flow.sourceHost.index, flow.destinationHost.index)
        turn(source, at: time)
        hosts[source].opened = hosts[source].opened.addingClamped(1)
        var root = flow.sourceHost
        let isOnTheWay = hosts[source].root != .unlisted && !hosts[source].isServer
        if isOnTheWay, Self.isNear(hosts[source].enteredAt, time) { root = hosts[source].root }
        let depth = root == flow.sourceHost ? 0 : hosts[source].depth
        let isEntered = hosts[target].root != .unlisted && Self.isNear(hosts[target].enteredAt, time)
        if root != flow.destinationHost, !isEntered {
            hosts[target].root = root
            (hosts[target].enteredAt, hosts[target].depth) = (time, depth < .max ? depth + 1 : depth)
        }
        if root != flow.sourceHost {
            hosts[root.index].last = max(hosts[root.index].last, time)
            hosts[root.index].further = hosts[root.index].further.addingClamped(1)
            hosts[root.index].mostSteps = max(hosts[root.index].mostSteps, depth)
            if isKnown(source, at: time) { hosts[root.index].chain += Float(surprise(of: source, at: time).added) }
        }
        judge(root, flow, tables: tables, findings: &findings)
    }

    /// Begins a new movement for a host whose last step is too long ago.
    private mutating func turn(_ host: Int, at time: Int64) {
        let old = hosts[host]
        if old.last != .min, Self.isNear(old.last, time) {
            hosts[host].last = max(old.last, time)
            return
        }
        if old.opened > 0, isKnown(host, at: old.begin) {
            let learnt = old.reported > 0 ? 1 : Float(old.opened)
            hosts[host].past += learnt
            groups[Int(old.group)].entries += learnt
        }
        (hosts[host].opened, hosts[host].further, hosts[host].mostSteps) = (0, 0, 0)
        (hosts[host].chain, hosts[host].reported, hosts[host].reportedEntries) = (0, 0, 0)
        (hosts[host].begin, hosts[host].last) = (time, time)
    }

    /// Whether the host has been seen for long enough to tell what is ordinary for it.
    private mutating func isKnown(_ host: Int, at time: Int64) -> Bool {
        (Int64(seconds(time)) - Int64(hosts[host].met)) * 1_000_000_000 >= learning
    }

    /// The rate of entries of a host: its shape, and the hours it rests on; their quotient is the entries an hour.
    private mutating func rate(of host: Int, at time: Int64) -> (shape: Double, hours: Double) {
        let now = Double(seconds(time)) - Double(learning) * 1e-9
        let group = groups[Int(hosts[host].group)]
        // Ten host hours at the least rate keep a young network from extremes.
        let lived = Double(group.hosts) * max(0, now) / 3600
        let usual = max(Self.leastRate, (Double(group.entries) + 10 * Self.leastRate) / (lived + 10))
        let own = max(0, now - Double(hosts[host].met)) / 3600
        return (Double(hosts[host].past) + Self.groupWeight * usual, own + Self.groupWeight)
    }

    /// How the entries of a host in its movement surprise, in nats: what the last one adds, and all beyond the first.
    private mutating func surprise(of host: Int, at time: Int64) -> (added: Double, beyondFirst: Double) {
        let rate = self.rate(of: host, at: time)
        let begin = Double(seconds(hosts[host].begin))
        let hours = rate.hours / max(1, (Double(seconds(time)) - begin) / 3600)
        let count = Int(hosts[host].opened)
        let all = Self.tail(count, shape: rate.shape, hours: hours)
        return (
            all - Self.tail(count - 1, shape: rate.shape, hours: hours),
            all - Self.tail(1, shape: rate.shape, hours: hours)
        )
    }

    /// -ln of the chance of so many or more in an hour: a negative binomial count.
    private static func tail(_ count: Int, shape: Double, hours: Double) -> Double {
        var chance = exponential(shape * logarithm(hours / (hours + 1)))
        var tail = 1.0
        for number in 0..<min(max(0, count), 1000) {
            tail -= chance
            chance *= (shape + Double(number)) / Double(number + 1) / (hours + 1)
        }
        // What is lost in rounding is beyond every cap.
        return -logarithm(max(1e-12, tail))
    }

    private mutating func judge(_ root: HostID, _ flow: Flow, tables: FlowTables, findings: inout FindingSink) {
        let time = flow.start.nanoseconds
        // That somebody enters one host is the day's work; how many more there are is what counts.
        let fan = min(Self.fanEvidence, max(0, surprise(of: root.index, at: time).beyondFirst))
        let host = hosts[root.index]
        let evidence = fan + Double(host.chain)
        guard evidence >= Double(host.reported + Self.step) else { return }
        let entries = Int(host.opened) + Int(host.further)
        let rate = self.rate(of: root.index, at: time)
        findings.add(
            Finding(
                detector: Self.name, subject: tables.hosts.key(of: root), peer: flow.destination,
                span: Window(start: Timestamp(nanoseconds: min(host.begin, time)), end: flow.end),
                score: Double(entries), baseline: rate.shape / rate.hours, evidence: evidence,
                flows: entries - Int(host.reportedEntries),
                reason: LateralMovementReason(
                    port: flow.destinationPort, hosts: Int(host.opened), further: Int(host.further),
                    steps: Int(host.mostSteps) + 1, last: flow.source, usual: rate.shape / rate.hours),
                sample: tables.sample(flow)))
        hosts[root.index].reported = Float(evidence)
        hosts[root.index].reportedEntries = UInt32(clamping: entries)
    }
}
