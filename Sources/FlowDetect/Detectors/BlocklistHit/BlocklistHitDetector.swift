import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `blocklist-hit`.
public struct BlocklistHitSettings: Codable, Sendable, Equatable {
    /// Whether to run it; without blocklists it has nothing to do.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// `blocklist-hit`: traffic between a home host and an outside one that is on a blocklist.
///
/// Null model: the share of the outside peers of this network that are listed at all; a list that names one peer in a
/// hundred names bystanders. What it says counts by the feed's confidence, of several feeds the strongest, since feeds
/// copy one another, and fades with a copy's age. A home host that was answered counts in full, one that was not a half:
/// it tried. Strangers from outside come listed all day: an answered one is a hint about the stranger, an unanswered one
/// hardly anything. A pair is reported when it is met, when it is answered, and whenever its bytes have grown eightfold.
/// Memory: nothing without blocklists; else 1 byte a host, 4 a pair, 64 a listed pair.
public struct BlocklistHitDetector: Detector {
    public static let profile = DetectorProfile(
        name: .blocklistHit,
        watchesFor:
            "traffic with outside hosts on the blocklists given: answered calls from here most, probes from there"
            + " hardly",
        weight: "with another detector decides; never an incident at 0.5 by itself",
        family: .reputation, cap: 6,
        capSource:
            "with the prior of -7 a probability of 0.27: a list alone is no incident, with another detector it"
            + " decides",
        evidence: .total)

    /// Listed pairs followed at a time.
    static let contactLimit = 100_000
    /// Evidence of an answered call to a host on a list of full confidence, in nats.
    static let fullEvidence = 6.0
    /// Peers that a network is taken to have before any was met, none of them listed.
    static let priorPeers = 1000.0
    /// How much of it the other kinds of traffic count.
    static let unansweredShare = 0.5
    static let inboundShare = 0.2
    static let probeShare = 0.03
    /// A pair is reported again when its bytes have grown to so many octaves more.
    static let octaves: UInt8 = 3

    /// Of so many pairs, one after the other, the lightest makes room.
    private static let candidates = 8

    private struct Contact {
        var pair: PairID
        var sent: UInt64 = 0
        var received: UInt64 = 0
        var flows: UInt32 = 0
        var reportedFlows: UInt32 = 0
        var start: Timestamp
        var end: Timestamp
        var isAnswered = false
        /// Octaves of bytes that were reported.
        var reportedOctave: UInt8 = 0

        /// How much there is to lose: those that were answered first.
        var weight: Double { Double(sent) + Double(received) + (isAnswered ? 0x1p65 : 0) }
    }

    private var contacts: [Contact] = []
    /// By pair: the place among `contacts`, plus 1; 0 for pairs not followed.
    private var places: [UInt32] = []
    private var free: [UInt32] = []
    private var nextCandidate = 0
    /// Outside hosts that a home host opened flows to, and those of them that are listed.
    private var met = HostSet()
    private var peers = 0
    private var listedPeers = 0
    public private(set) var overflowCount = 0

    /// A detector that has seen nothing.
    public init() {}

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        guard !tables.listings.feeds.isEmpty else { return }
        let listed: FlowTraits = [.sourceIsListed, .destinationIsListed]
        let home: FlowTraits = [.sourceIsHome, .destinationIsHome]
        for index in flows.indices {
            let traits = flows[index].traits
            let isOutbound = traits.intersection(home) == .sourceIsHome
            if isOutbound { meet(flows[index].destinationHost, isListed: traits.contains(.destinationIsListed)) }
            guard !traits.isDisjoint(with: listed), !traits.isDisjoint(with: home), flows[index].pair != .unlisted
            else { continue }
            findings.flow = index
            take(flows[index], isOutbound: isOutbound, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&contacts)
        try state.carry(&places)
        try state.carry(&free)
        try state.carry(&nextCandidate)
        try state.carry(&met)
        try state.carry(&peers)
        try state.carry(&listedPeers)
        try state.carry(&overflowCount)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        met.subtract(gone)
        for index in places.indices where places[index] > 0 {
            let pair = PairID(rawValue: UInt32(index))
            if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                free.append(places[index] - 1)
                places[index] = 0
            }
        }
    }

    private mutating func meet(_ host: HostID, isListed: Bool) {
        guard host != .unlisted, !met.contains(host) else { return }
        met.insert(host)
        peers += 1
        if isListed { listedPeers += 1 }
    }

    private mutating func take(
        _ flow: borrowing Flow, isOutbound: Bool, tables: FlowTables, findings: inout FindingSink
    ) {
        let place = place(of: flow.pair, at: flow.start)
        var contact = contacts[place]
        let isFirst = contact.flows == 0
        let outcome = flow.contactOutcome
        // Of a record begun in the middle nobody knows who called whom; it says as little as a visit.
        let isCall = isOutbound && outcome != .none
        let hasAnswer = flow.isAnswered
        let isAnswer = outcome == .answered || outcome == .oneSided || outcome == .none && hasAnswer
        contact.sent = contact.sent.addingClamped(flow.bytesSent)
        contact.received = contact.received.addingClamped(flow.bytesReceived)
        contact.flows = contact.flows.addingClamped(1)
        contact.start = min(contact.start, flow.start)
        contact.end = max(contact.end, flow.end)
        let octave = UInt8(64 - contact.sent.addingClamped(contact.received).leadingZeroBitCount)
        if isFirst || isAnswer && !contact.isAnswered || octave >= contact.reportedOctave + Self.octaves {
            contact.isAnswered = contact.isAnswered || isAnswer
            contact.reportedOctave = octave
            tell(contact, flow, isCall: isCall, tables: tables, findings: &findings)
            contact.reportedFlows = contact.flows
        }
        contacts[place] = contact
    }

    private func tell(
        _ contact: Contact, _ flow: borrowing Flow, isCall: Bool, tables: FlowTables, findings: inout FindingSink
    ) {
        let end = flow.end
        let isHomeSource = flow.traits.contains(.sourceIsHome)
        let feeds = tables.listings.feeds(of: isHomeSource ? flow.destinationHost : flow.sourceHost)
        let weighed = feeds.map {
            BlocklistHitReason.Entry(feed: $0.name, confidence: $0.confidence, age: $0.age(at: end))
        }
        let strongest = feeds.map { weight($0, at: end) }.max() ?? 0
        let share = Double(max(1, listedPeers)) / (Double(peers) + Self.priorPeers)
        let rarity = min(1, -logarithm(share) / -logarithm(1 / Self.priorPeers))
        let kind =
            contact.isAnswered
            ? (isCall ? 1 : Self.inboundShare) : (isCall ? Self.unansweredShare : Self.probeShare)
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(start: contact.start, end: contact.end),
                score: logarithm2(1 + Double(contact.sent) + Double(contact.received)), baseline: share,
                evidence: Self.fullEvidence * strongest * rarity * kind,
                flows: Int(contact.flows - contact.reportedFlows),
                reason: BlocklistHitReason(
                    entries: weighed, isOutbound: isHomeSource, isAnswered: contact.isAnswered,
                    flows: Int(contact.flows), bytesSent: contact.sent, bytesReceived: contact.received,
                    port: flow.destinationPort, transport: flow.transport, listedPeers: listedPeers, peers: peers),
                sample: tables.sample(flow)))
    }

    /// The confidence of a feed, halved with every maximum age that its copy is older than the first.
    private func weight(_ feed: Feed, at moment: Timestamp) -> Double {
        let ages = Double(feed.age(at: moment)) / Double(max(1, feed.maximumAge))
        return feed.confidence * (ages <= 1 ? 1 : exponential2(1 - ages))
    }

    /// The place of a pair among the contacts. Where all are taken another makes room, so that listed strangers who probe
    /// from ever new addresses do not blind it.
    private mutating func place(of pair: PairID, at start: Timestamp) -> Int {
        if pair.index >= places.count {
            places.append(contentsOf: repeatElement(0, count: pair.index + 1 - places.count))
        }
        if places[pair.index] > 0 { return Int(places[pair.index]) - 1 }
        let contact = Contact(pair: pair, start: start, end: start)
        if let reused = free.popLast() {
            contacts[Int(reused)] = contact
            places[pair.index] = reused + 1
        } else if contacts.count < Self.contactLimit {
            contacts.append(contact)
            places[pair.index] = UInt32(contacts.count)
        } else {
            let place = lightest()
            overflowCount += 1
            places[contacts[place].pair.index] = 0
            contacts[place] = contact
            places[pair.index] = UInt32(place + 1)
        }
        return Int(places[pair.index]) - 1
    }

    private mutating func lightest() -> Int {
        var lightest = nextCandidate
        for _ in 0..<Self.candidates {
            if contacts[nextCandidate].weight < contacts[lightest].weight { lightest = nextCandidate }
            nextCandidate = (nextCandidate + 1) % contacts.count
        }
        return lightest
    }
}
