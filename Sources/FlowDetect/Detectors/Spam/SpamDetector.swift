public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `spam`.
public struct SpamSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer mail servers that answer, in ten minutes, are never a finding: a client has one of its own, or a few.
    public var minimumServers = 20
    public static let ranges: [String: ClosedRange<Double>] = ["minimumServers": 2...1000]
    /// The defaults.
    public init() {}
}

/// `spam`: a home host that has many servers outside take its mail, or fans out over some other service port.
///
/// Null model: distinct public servers on one service port that answer a host in ten minutes. A client has one mail
/// server, or a few; the limit is the largest of a floor, four times the mean of the host's own slices (an EWMA that
/// learns little from those with findings) and twice what 95 of 100 slices of its group stay below. A host that others
/// bring or fetch mail from is a mail server: it may fan out until six slices tell what is ordinary for it. One that
/// mails from when it is first seen may be one too, and stays below an incident. Other services outside are called in
/// numbers by many programs: they are a hint. The web, names, time and ports of no service are not looked at; servers
/// that do not answer are `port-scan`. Memory: 112 bytes for each of 4,096 (host, port), the one silent longest makes
/// room; 4 bytes and a bit a host.
public struct SpamDetector: Detector {
    public static let profile = DetectorProfile(
        name: .spam,
        watchesFor:
            "mail handed to many servers outside by a host that is no mail server; many servers of another"
            + " service",
        weight: "enough for an incident by itself where the host is known; another service is a hint",
        family: .servers, cap: 10,
        capSource:
            "with the prior of -7 a probability of 0.95: an incident by itself, but a new mail server looks like"
            + " it",
        evidence: .total)

    static let slice: Int64 = 600_000_000_000
    static let ownFactor: Float = 4
    static let groupFactor = 2.0
    /// Slices after which a mail server's habits are known, and after which anyone's are.
    static let serverHistory: UInt16 = 6
    static let history: UInt16 = 3
    /// Seconds that a host was known without mailing before it began.
    static let knownSeconds = 1800.0
    /// Evidence, in nats, at the limit, of each half octave above it, and at most; below an incident where it is not
    /// known that the host used not to mail.
    static let first = 5.0
    static let halfOctave = 2.0
    static let most = 10.0
    static let unknownCeiling = 6.0
    /// Of another service: how many times the floor, and the same evidence.
    static let otherFactor: Float = 2
    static let otherFirst = 1.0
    static let otherHalfOctave = 0.5
    static let otherMost = 3.0

    private static let trackCount = 4096
    private static let ways = 8

    private struct Track {
        var host: UInt32 = 0
        var port: UInt16 = 0
        var group = NameID.none
        var habit = Habit()
        /// One bit for each server of the slice, by hash, and how many servers that is.
        var servers: InlineArray<8, UInt64> = InlineArray(repeating: 0)
        var count: Float = 0
        var flows: UInt32 = 0
        var reportedFlows: UInt32 = 0
        /// From how many servers on the next finding is due, and half octaves that were reported; -1 for none.
        var next: Float = 0
        var steps: Int16 = -1
    }

    /// What a port is to this detector.
    private enum Service {
        case none
        case mail
        /// Where mail is fetched.
        case mailbox
        case other
    }

    /// Tracks that made room for others.
    public private(set) var overflowCount = 0
    private let floor: Float
    private var tracks = Array(repeating: Track(), count: SpamDetector.trackCount)
    private var mailServers = HostSet()
    /// Seconds since 1970 when a host was first seen; 0 for not yet.
    private var firstSeen: [UInt32] = []

    /// A detector with the given thresholds.
    public init(_ settings: SpamSettings) { floor = Float(settings.minimumServers) }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        for index in flows.indices {
            let service = Self.service(of: flows[index].destinationPort)
            guard service != .none else { continue }
            let flow = flows[index]
            guard flow.transport == .tcp else { continue }
            let isMail = service == .mail || service == .mailbox
            if isMail, flow.isAnswered, flow.traits.contains(.destinationIsHome) {
                mailServers.insert(flow.destinationHost)
            }
            guard flow.traits.contains(.sourceIsHome), !flow.traits.contains(.destinationIsHome),
                service != .mailbox, flow.sourceHost != .unlisted
            else { continue }
            let outcome = flow.contactOutcome
            guard outcome == .answered || outcome == .oneSided else { continue }
            findings.flow = index
            take(flow, isMail: isMail, tables: tables, findings: &findings)
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        if firstSeen.count < tables.hosts.indexEnd {
            firstSeen.append(contentsOf: repeatElement(0, count: tables.hosts.indexEnd - firstSeen.count))
        }
        let now = UInt32(clamping: max(1, window.window.start.nanoseconds / 1_000_000_000))
        for pair in window.pairs where firstSeen[pair.source.index] == 0 { firstSeen[pair.source.index] = now }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&tracks)
        try state.carry(&mailServers)
        try state.carry(&firstSeen)
        try state.carry(&overflowCount)
        guard tracks.count == Self.trackCount else { throw .damaged }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        mailServers.subtract(gone)
        for index in firstSeen.indices where gone.contains(HostID(rawValue: UInt32(index))) { firstSeen[index] = 0 }
        for index in tracks.indices where gone.contains(HostID(rawValue: tracks[index].host)) {
            tracks[index] = Track()
        }
    }

    private static func service(of port: UInt16) -> Service {
        switch port {
        case 25, 465, 587: .mail
        case 110, 143, 993, 995: .mailbox
        case 0, 53, 80, 123, 443, 853: .none
        case 1..<1024: .other
        default: LoginService(port: port) == nil ? .none : .other
        }
    }

    private mutating func take(_ flow: Flow, isMail: Bool, tables: FlowTables, findings: inout FindingSink) {
        let number = Habit.number(of: flow.start, length: Self.slice)
        let place = place(of: flow, at: number)
        if tracks[place].habit.isOver(at: number, patience: 144) {
            turn(place, to: number, lessons: &findings.lessons)
        }
        tracks[place].group = tables.firstGroup(of: flow.sourceGroups)
        tracks[place].flows = tracks[place].flows.addingClamped(1)
        let mixed = (flow.destination.high ^ flow.destination.low &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        let bit = mixed >> 55
        let word = Int(bit >> 6)
        let mask: UInt64 = 1 << (bit & 63)
        guard tracks[place].servers[word] & mask == 0 else { return }
        tracks[place].servers[word] |= mask
        var used = 0
        for word in 0..<8 { used += tracks[place].servers[word].nonzeroBitCount }
        // Linear counting (Whang, Vander-Zanden and Taylor 1990): two servers may share a bit.
        tracks[place].count = Float(-512 * logarithm(max(1, 512 - Double(used)) / 512)).rounded()
        guard tracks[place].count >= floor, tracks[place].count >= tracks[place].next else { return }
        judge(place, flow, isMail: isMail, tables: tables, findings: &findings)
    }

    /// Where the host and port stand, new if need be, in place of what among a few was silent longest.
    private mutating func place(of flow: Flow, at number: Int64) -> Int {
        let host = flow.sourceHost.rawValue
        let mixed = (UInt64(host) << 16 | UInt64(flow.destinationPort)) &* 0x9e37_79b9_7f4a_7c15
        let base = Int(mixed >> 52) & ~(Self.ways - 1)
        var oldest = base
        for place in base..<(base + Self.ways) {
            if tracks[place].host == host, tracks[place].port == flow.destinationPort { return place }
            if tracks[place].habit.slice < tracks[oldest].habit.slice { oldest = place }
        }
        if tracks[oldest].host != 0 { overflowCount += 1 }
        tracks[oldest] = Track()
        (tracks[oldest].host, tracks[oldest].port) = (host, flow.destinationPort)
        tracks[oldest].habit.slice = number
        return oldest
    }

    private mutating func turn(_ place: Int, to number: Int64, lessons: inout NetworkLessons) {
        let track = tracks[place]
        tracks[place].habit.learn(track.count, isSuspicious: track.steps >= 0 && track.habit.slices >= Self.history)
        lessons.add(Double(track.count), of: track.group, to: .spam)
        tracks[place].habit.slice = number
        tracks[place].servers = InlineArray(repeating: 0)
        (tracks[place].count, tracks[place].next, tracks[place].steps) = (0, 0, -1)
        (tracks[place].flows, tracks[place].reportedFlows) = (0, 0)
    }

    private mutating func judge(
        _ place: Int, _ flow: Flow, isMail: Bool, tables: FlowTables, findings: inout FindingSink
    ) {
        let track = tracks[place]
        let limit = max(
            isMail ? floor : Self.otherFactor * floor, Self.ownFactor * track.habit.usual,
            Float(Self.groupFactor * tables.network.high(of: track.group, in: .spam)))
        guard track.count >= limit else {
            tracks[place].next = limit
            return
        }
        let isServer = mailServers.contains(flow.sourceHost)
        if isServer, track.habit.slices < Self.serverHistory { return }
        let steps = Int16(clamping: Int(2 * logarithm2(Double(track.count / limit))))
        let known = flow.sourceHost.index < firstSeen.count ? Double(firstSeen[flow.sourceHost.index]) : 0
        let isKnown =
            track.habit.slices >= Self.history
            || known > 0 && Double(flow.start.nanoseconds) * 1e-9 - known >= Self.knownSeconds
        let evidence =
            isMail
            ? min(isKnown ? Self.most : Self.unknownCeiling, Self.first + Self.halfOctave * Double(steps))
            : min(Self.otherMost, Self.otherFirst + Self.otherHalfOctave * Double(steps))
        tracks[place].steps = steps
        tracks[place].next = limit * Float(exponential2(Double(steps + 1) / 2))
        tracks[place].reportedFlows = track.flows
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(start: flow.start, end: flow.end), score: Double(track.count), baseline: Double(limit),
                evidence: evidence, flows: Int(track.flows - track.reportedFlows),
                reason: SpamReason(
                    port: flow.destinationPort, servers: Int(track.count), isMail: isMail, limit: Double(limit),
                    usual: track.habit.slices > 0 ? Double(track.habit.usual) : nil),
                sample: tables.sample(flow)))
    }
}
