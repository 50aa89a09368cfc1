import FlowMath
public import FlowModel
public import FlowState

/// Settings of `exfiltration`.
public struct ExfiltrationSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer bytes than this to one peer are never a finding.
    public var minimumBytes = 5e6
    public static let ranges: [String: ClosedRange<Double>] = ["minimumBytes": 1...1e15]
    /// The defaults.
    public init() {}
}

/// `exfiltration`: much sent to one public peer, in one flow or in many small ones, that hosts here do not share.
///
/// Null model: of the (home host, public peer) pairs met so far, the share that ever got that much (a survival count
/// by octaves of bytes). On top of it weigh what separates theft from a backup: more goes out than comes back, nobody
/// else here talks to the peer, and the peer was new when it began. Only flows that the home host opened count: a
/// server that answers its clients uploads to all of them. For a host that has very many peers or uploads to many strangers (gateways, P2P) it says
/// little that one of them is a stranger. Sums are of the last day. A finding comes with every half
/// octave more. Memory: 32 bytes a pair, 16 a host.
public struct ExfiltrationDetector: Detector {
    public static let profile = DetectorProfile(
        name: .exfiltration,
        watchesFor:
            "much sent to one public peer, in one flow or many: more than rare here, more out than in, a peer"
            + " that nobody else talks to and that was new",
        weight: "enough for an incident by itself",
        family: .volume, cap: 11,
        capSource: "with the prior of -7 a probability of 0.98: an incident by itself, but an upload may be wanted",
        evidence: .total)

    /// A pair that was silent for so long begins anew: a day.
    static let memorySeconds: UInt32 = 86_400
    /// A peer is new only once so much input was seen: before that all are.
    static let warmUpSeconds: UInt32 = 1200
    /// Home hosts that must be known before "nobody else talks to it" says anything.
    static let minimumHosts = 8
    /// Most that it weighs where so few hosts are known that nobody can say whether others talk to the peer.
    static let fewHostsEvidence = 4.5
    /// Evidence of an octave above the floor, and at most, in nats.
    static let octaveEvidence = 0.9
    static let sizeEvidence = 3.5
    /// An upload sends half as much again as comes back; and a clear one five times as much, and what that weighs.
    static let leastRatio = 1.5
    static let clearRatio = 5.0
    static let ratioEvidence = 1.5
    /// That no other host here talks to the peer; and the contrary, when at least one in ten do.
    static let lonelyEvidence = 2.0
    static let sharedEvidence = -3.0
    /// That the peer was new.
    static let newEvidence = 1.5
    /// From so many bytes on a peer counts among those a host uploads to, and so many of them are usual.
    static let uploadOctave = 17
    static let usualUploads = 3.0
    /// Public peers that a host may have and still be struck by a new one: gateways and P2P have thousands.
    static let usualPeers = 300.0
    /// Most that rarity gives.
    static let rarityEvidence = 3.0

    private struct Pair {
        var sent: Float = 0
        var received: Float = 0
        var flows: UInt32 = 0
        /// Seconds since the first flow seen, plus 1; 0 for a pair not met yet.
        var first: UInt32 = 0
        var last: UInt32 = 0
        /// Half octaves above the floor that were reported.
        var reported: UInt8 = 0
        /// Flows that findings have counted.
        var reportedFlows: UInt32 = 0
        /// Octaves of bytes that the survival count knows of.
        var counted: UInt8 = 0
        var isNew = false
    }

    /// What is counted of a host: of one outside when it was met, of one here whom it called.
    private struct Host {
        /// Public peers that it opened flows to, that it sent more to than it got from them, and the least that counts.
        var peers: UInt16 = 0
        var uploads: UInt16 = 0
        var large: UInt16 = 0
        /// When it was first met, as in `Pair.first`.
        var firstMet: UInt32 = 0
    }

    private let settings: ExfiltrationSettings
    private var pairs: [Pair] = []
    private var hosts: [Host] = []
    /// Pairs that reached 2^k bytes.
    private var survivors = Array(repeating: 0, count: 64)
    private var begin: Int64?
    /// Flows of the batch from here to outside.
    private var outward: [Int] = []
    /// A sum that nobody reads: it makes the loop before the long one fetch what the batch needs into the cache.
    private var prefetched: UInt32 = 0

    /// A detector with the given thresholds.
    public init(_ settings: ExfiltrationSettings) { self.settings = settings }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if pairs.count < tables.pairs.indexEnd {
            pairs.append(contentsOf: repeatElement(Pair(), count: tables.pairs.indexEnd - pairs.count))
        }
        let hostCount = tables.hosts.indexEnd
        if hosts.count < hostCount { hosts.append(contentsOf: repeatElement(Host(), count: hostCount - hosts.count)) }
        // A short loop before the long one: a core then waits for many pairs' cache lines at a time.
        outward.removeAll(keepingCapacity: true)
        var known: UInt32 = 0
        for index in flows.indices {
            let ours = flows[index].traits.intersection([.sourceIsHome, .destinationIsHome])
            guard ours == .sourceIsHome, flows[index].pair != .unlisted else { continue }
            outward.append(index)
            known &+= pairs[flows[index].pair.index].last
        }
        prefetched = known
        for index in outward {
            findings.flow = index
            take(flows[index], tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&pairs)
        try state.carry(&hosts)
        try state.carry(&survivors)
        try state.carry(&begin)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in pairs.indices where pairs[index].first > 0 {
            let pair = PairID(rawValue: UInt32(index))
            if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                pairs[index] = Pair()
            }
        }
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) {
            hosts[index] = Host()
        }
    }

    private mutating func take(_ flow: borrowing Flow, tables: FlowTables, findings: inout FindingSink) {
        let start = flow.start.nanoseconds
        let begin = self.begin ?? start
        self.begin = begin
        let (offset, overflow) = start.subtractingReportingOverflow(begin)
        let now = UInt32(clamping: overflow ? 0 : max(0, offset) / 1_000_000_000) &+ 1
        let index = flow.pair.index
        var pair = pairs[index]
        if pair.first == 0 { meet(flow, at: now, &pair) }
        if now > pair.last, now - pair.last > Self.memorySeconds {
            let known = pair
            pair = Pair()
            (pair.first, pair.counted) = (now, known.counted)
        }
        pair.last = max(pair.last, now)
        pair.flows &+= 1
        pair.sent += Float(flow.bytesSent)
        pair.received += Float(flow.bytesReceived)
        let octave = pair.sent >= 1 ? UInt8(clamping: Int(pair.sent.exponent)) : 0
        while pair.counted < octave, pair.counted < 63 {
            pair.counted += 1
            survivors[Int(pair.counted)] += 1
            let isUpload = Int(pair.counted) == Self.uploadOctave && pair.sent > pair.received
            if isUpload { hosts[flow.sourceHost.index].uploads = hosts[flow.sourceHost.index].uploads.addingClamped(1) }
        }
        if Double(pair.sent) >= settings.minimumBytes {
            let steps = Int(2 * logarithm2(Double(pair.sent) / settings.minimumBytes))
            if pair.reported == 0, pair.sent > pair.received {
                hosts[flow.sourceHost.index].large = hosts[flow.sourceHost.index].large.addingClamped(1)
            }
            if pair.reported <= steps {
                pair.reported = UInt8(clamping: steps + 1)
                if judge(flow, pair, tables: tables, findings: &findings) { pair.reportedFlows = pair.flows }
            }
        }
        pairs[index] = pair
    }

    private mutating func meet(_ flow: borrowing Flow, at now: UInt32, _ pair: inout Pair) {
        let source = flow.sourceHost.index
        let destination = flow.destinationHost.index
        if hosts[destination].firstMet == 0 { hosts[destination].firstMet = now }
        hosts[source].peers = hosts[source].peers.addingClamped(1)
        pair.first = now
        pair.last = now
        pair.isNew =
            now > Self.warmUpSeconds && now < hosts[destination].firstMet.addingClamped(Self.warmUpSeconds)
        survivors[0] += 1
    }

    /// Returns: whether there was something to find.
    private func judge(
        _ flow: borrowing Flow, _ pair: Pair, tables: FlowTables, findings: inout FindingSink
    ) -> Bool {
        let sent = Double(pair.sent)
        let others = tables.network.otherCallers(of: flow.destinationHost, besides: flow.pair)
        let homeHosts = tables.network.homeCount
        let source = flow.sourceHost.index
        let strangeness =
            min(1, Self.usualUploads / Double(max(1, hosts[source].uploads)))
            * min(1, Self.usualPeers / Double(max(1, hosts[source].peers)))
        let rarity = Double(survivors[Int(pair.counted)] + 1) / Double(survivors[0] + 1)
        var evidence = min(Self.sizeEvidence, Self.octaveEvidence * logarithm2(sent / settings.minimumBytes))
        evidence += min(Self.rarityEvidence, max(0, -logarithm(rarity) - 2))
        let ratio = sent / max(1, Double(pair.received))
        if ratio < Self.leastRatio { return false }
        if ratio >= Self.clearRatio { evidence += Self.ratioEvidence }
        // To a host that sends as much to many it is one more.
        evidence *= min(1, Self.usualUploads / Double(max(1, hosts[source].large)))
        if homeHosts >= Self.minimumHosts {
            if others == 0 { evidence += strangeness * Self.lonelyEvidence }
            if others > 0, (others + 1) * 10 >= homeHosts { evidence += Self.sharedEvidence }
        }
        if pair.isNew { evidence += strangeness * Self.newEvidence }
        if homeHosts < Self.minimumHosts { evidence = min(evidence, Self.fewHostsEvidence) }
        guard evidence > 0 else { return false }
        let usual = usualBytes
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(
                    start: Timestamp(nanoseconds: flow.start.nanoseconds).advanced(
                        by: -Int64(pair.last - pair.first) * 1_000_000_000), end: flow.end), score: logarithm2(sent),
                baseline: usual, evidence: evidence, flows: Int(pair.flows &- pair.reportedFlows),
                reason: ExfiltrationReason(
                    bytes: sent, received: Double(pair.received), flows: Int(pair.flows),
                    seconds: Int(pair.last - pair.first),
                    otherHosts: homeHosts < Self.minimumHosts ? nil : others, isNewPeer: pair.isNew,
                    usual: usual),
                sample: tables.sample(flow)))
        return true
    }

    /// What 99 of 100 public peers here get less than, to the octave.
    private var usualBytes: Double {
        for octave in survivors.indices where survivors[octave] * 100 <= survivors[0] {
            return exponential2(Double(octave))
        }
        return exponential2(63)
    }
}
