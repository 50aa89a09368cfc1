import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `policy`.
public struct PolicySettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// What may not talk to what, and exceptions; the first rule that fits a flow decides. At most 64.
    public var rules: [PolicyRule] = []
    /// The defaults: nothing is forbidden.
    public init() {}

    /// What is wrong with the rules; nil when nothing is.
    public var problem: String? {
        if rules.count > PolicyMatrix.ruleLimit { return "takes at most \(PolicyMatrix.ruleLimit) rules" }
        for (index, rule) in rules.enumerated() {
            if rule.from.isEmpty || rule.to.isEmpty { return "rule \(index + 1): \"from\" and \"to\" name host groups" }
            if rule.transports == nil { return "rule \(index + 1): \"protocols\" names IP protocols such as tcp" }
        }
        return nil
    }
}

/// `policy`: a flow that the settings forbid between two host groups.
///
/// Null model: none is needed, for the operator says what does not happen here; what is left to doubt is whether the
/// rule is right and the record's groups are. A broken rule is reported with the first flow, then with each doubling. A flow
/// that was taken up weighs more than a try; an answer, and a record begun in the middle, is nobody's try. Without rules
/// a flow costs nothing. Memory: 32 bytes for each of 4,096 (host, rule); of eight the one silent longest makes room for
/// another, and is reported again if it comes back.
public struct PolicyDetector: Detector {
    public static let profile = DetectorProfile(
        name: .policy,
        watchesFor: "flows that the settings forbid between host groups, with the rule",
        weight: "enough for an incident by itself, if taken up",
        family: .policy, cap: 10,
        capSource: "with the prior of -7 a probability of 0.95: it did happen, but the rule may be wrong",
        evidence: .total)

    /// Evidence, in nats, of the first flow that was taken up: with the prior, four in five, for it did happen.
    static let answeredEvidence = 8.5
    /// And of a try that met silence: short of an incident by itself, for an address may have been mistyped.
    static let triedEvidence = 6.5
    /// Of each doubling of the flows, and at most.
    static let doublingEvidence = 0.5
    static let mostEvidence = 10.0

    private static let trackCount = 4096
    private static let ways = 8

    /// What a host did against a rule.
    private struct Track {
        var host: UInt32 = 0
        var rule: UInt8 = 0
        /// Whether some flow was taken up.
        var isAnswered = false
        var flows: UInt32 = 0
        /// Flows as of the last finding, and from how many on the next one is due.
        var reported: UInt32 = 0
        var next: UInt32 = 1
        /// When its latest flow began, nanoseconds since 1970.
        var last = Int64.min
    }

    public private(set) var overflowCount = 0
    private var matrix: PolicyMatrix
    private var tracks: [Track]

    /// A detector of what breaks the rules.
    public init(_ settings: PolicySettings) {
        matrix = PolicyMatrix(settings.rules)
        tracks = Array(repeating: Track(), count: matrix.isEmpty ? 0 : Self.trackCount)
    }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        guard !matrix.isEmpty else { return }
        matrix.learn(tables)
        for index in flows.indices {
            guard let rule = matrix.broken(by: flows[index]) else { continue }
            findings.flow = index
            take(flows[index], rule: rule, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        // Rules may change from run to run: what breaks them is reported anew.
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in tracks.indices where gone.contains(HostID(rawValue: tracks[index].host)) {
            tracks[index] = Track()
        }
    }

    /// Whether a flow was taken up; nil for one that nobody opened.
    private static func isTakenUp(_ flow: Flow) -> Bool? {
        if flow.transport != .tcp, flow.transport != .udp {
            return flow.traits.contains(.isMidstream) ? nil : flow.isAnswered
        }
        switch flow.contactOutcome {
        case .none: return nil
        case .answered, .oneSided, .touched: return true
        case .failed, .silent: return false
        }
    }

    /// Where the host and rule stand, new if need be, in place of what among a few was silent longest.
    private mutating func place(of host: UInt32, rule: UInt8) -> Int {
        let mixed = (UInt64(host) << 8 | UInt64(rule)) &* 0x9e37_79b9_7f4a_7c15
        let base = Int(mixed >> 52) & ~(Self.ways - 1)
        var oldest = base
        for place in base..<(base + Self.ways) {
            if tracks[place].host == host, tracks[place].rule == rule { return place }
            if tracks[place].last < tracks[oldest].last { oldest = place }
        }
        if tracks[oldest].host != 0 { overflowCount += 1 }
        tracks[oldest] = Track()
        tracks[oldest].host = host
        tracks[oldest].rule = rule
        return oldest
    }

    private mutating func take(_ flow: Flow, rule: Int, tables: FlowTables, findings: inout FindingSink) {
        // A call to everyone is to nobody's host.
        let scope = flow.destination.scope
        guard let isTakenUp = Self.isTakenUp(flow), flow.sourceHost != .unlisted, scope != .multicast,
            scope != .broadcast
        else { return }
        let host = flow.sourceHost.rawValue
        let place = place(of: host, rule: UInt8(truncatingIfNeeded: rule))
        tracks[place].last = max(tracks[place].last, flow.start.nanoseconds)
        tracks[place].flows = tracks[place].flows.addingClamped(1)
        let isFirstAnswer = isTakenUp && !tracks[place].isAnswered
        if isFirstAnswer { tracks[place].isAnswered = true }
        guard isFirstAnswer || tracks[place].flows >= tracks[place].next else { return }
        let count = tracks[place].flows
        let first = tracks[place].isAnswered ? Self.answeredEvidence : Self.triedEvidence
        let evidence = min(Self.mostEvidence, first + Self.doublingEvidence * logarithm2(Double(count)))
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(start: flow.start, end: flow.end), score: Double(count), baseline: 0, evidence: evidence,
                flows: Int(count - tracks[place].reported),
                reason: PolicyReason(
                    rule: matrix.texts[rule], number: rule + 1, port: flow.destinationPort,
                    transport: flow.transport, flows: Int(count), isAnswered: tracks[place].isAnswered),
                sample: tables.sample(flow)))
        tracks[place].reported = count
        tracks[place].next = count.addingClamped(count)
    }
}
