import FlowFeatures
import FlowMath
import FlowModel
import FlowState

/// One first contact: a (peer, port) that a source had not tried before, and what came of it.
struct ScanContact {
    /// From where to where, as far as it matters how suspicious a vain try is.
    enum Reach: UInt8 {
        case inbound
        case inside
        case outward
    }

    var peer: HostID
    var port: UInt16
    var transport: Transport
    var reach: Reach
    var outcome: ContactOutcome
    /// Whether answers to its source are not recorded: then silence says little.
    var isHalfSeen = false

    /// The contact as a key of a `SampledSet`. P2P tries a port by TCP and by UDP: that is one contact.
    var key: UInt64 { UInt64(peer.rawValue) << 16 | UInt64(port) }

    static func peer(ofKey key: UInt64) -> HostID { HostID(rawValue: UInt32(truncatingIfNeeded: key >> 16)) }
    static func port(ofKey key: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: key) }
}

/// What is known of one source that tried more than one thing in vain: its walks and its contacts.
///
/// A walk is the sum of ln-likelihood ratios of first contacts, never below 0 (threshold random walk; Jung, Paxson,
/// Berger and Balakrishnan 2004). There is one for each of the ports tried most (horizontal), one for each of the peers
/// (vertical), and one for all (random). Memory: about 600 bytes and at most 8 KB of contacts.
struct ScanSuspect: Stateful {
    /// Chance of a scanner's first contact to fail (Jung et al. 2004: 0.8), of an ordinary host's, and of a stranger's
    /// that nobody here had asked for anything.
    static let scannerFailure = 0.8
    static let ordinaryFailure = 0.25
    static let strangerFailure = 0.1
    /// Of a silent UDP or ping, against TCP: many things are reported without waiting for an answer.
    static let silentWeight = 0.35
    /// Of silence where answers are not recorded.
    static let halfSeenWeight = 0.1
    /// Of the walk over all contacts: strangers in full; P2P goes to anyone outside at any port.
    static let insideWeight = 0.6
    static let outwardWeight = 0.25
    /// Of 80 and 443 outside: everyone tries those.
    static let webWeight = 0.5
    /// Ports of one peer that any client may try in vain before it says anything.
    static let freePorts = 2.0
    /// Evidence below which nothing is afoot, and how long, in nanoseconds, before what went before is another matter.
    static let nothing = 1.5
    static let pause: Int64 = 600_000_000_000
    /// No walk goes higher, so that what is over can be forgotten.
    static let ceiling = 24.0
    /// In which walks halve, and for which contacts are remembered, in nanoseconds: slow scans take days.
    static let memory: Int64 = 7 * 86_400_000_000_000

    /// A port or a peer and its walk.
    private struct Slot {
        var value: UInt32 = 0
        var walk: Float = 0
        var failures: UInt32 = 0
        /// When it was last used, in contacts of the suspect.
        var stamp: UInt32 = 0
    }

    private(set) var host: HostID
    private(set) var key: HostKey
    private(set) var reach: ScanContact.Reach
    private var total: Float = 0
    private var ports = InlineArray<8, Slot>(repeating: Slot())
    private var peers = InlineArray<8, Slot>(repeating: Slot())
    private var stamp: UInt32 = 0
    /// Contacts outside that were tried in vain and share neither port nor peer with others.
    private var scattered: Float = 0
    private(set) var contacts = SampledSet()
    /// Contacts with peers whose ids were taken back: still tried, but by no known name.
    private(set) var forgotten = 0
    private var since: Timestamp?
    private var fadedTo: Timestamp?
    /// The latest failure, and what happened since the last finding.
    private(set) var sample: Flow
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    /// In vain, since the last finding.
    var flows = 1
    var isReported = false
    /// Whether something was tried in vain since the last finding.
    var isDirty = false

    /// A suspect whose first try in vain was at `firstSeen`, and whose second is `flow`.
    init(host: HostID, flow: Flow, reach: ScanContact.Reach, firstSeen: Timestamp) {
        self.host = host
        key = flow.sourceKey
        self.reach = reach
        sample = flow
        self.firstSeen = firstSeen
        lastSeen = flow.end
    }

    /// What a suspect is restored over.
    static let empty = ScanSuspect(
        host: .unlisted,
        flow: Flow(
            source: .unspecified, destination: .unspecified, start: Timestamp(nanoseconds: 0), duration: 0,
            transport: .unknown, state: .unknown, sourcePort: 0, destinationPort: 0, bytesSent: 0, bytesReceived: 0,
            packetsSent: 0, packetsReceived: 0),
        reach: .inside, firstSeen: Timestamp(nanoseconds: 0))

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&host)
        try state.carry(&key)
        try state.carry(&reach)
        try state.carry(&total)
        try state.carry(&ports)
        try state.carry(&peers)
        try state.carry(&stamp)
        try state.carry(&scattered)
        try state.carry(&contacts)
        try state.carry(&forgotten)
        try state.carry(&since)
        try state.carry(&fadedTo)
        try state.carry(&sample)
        try state.carry(&firstSeen)
        try state.carry(&lastSeen)
        try state.carry(&flows)
        try state.carry(&isReported)
        try state.carry(&isDirty)
    }

    /// Evidence that it scans, in nats: the highest of its walks.
    var evidence: Double {
        var best = total
        for index in ports.indices where ports[index].walk > 0 {
            // One port among many scattered ones is chance.
            let failures = Float(ports[index].failures)
            best = max(best, ports[index].walk * failures / (failures + scattered / 4))
        }
        for index in peers.indices where peers[index].walk > 0 {
            best = max(best, peers[index].walk)
        }
        return Double(best)
    }

    /// Takes up a flow that was in vain, whether or not its contact is new.
    mutating func note(_ flow: Flow) {
        flows += 1
        lastSeen = max(lastSeen, flow.end)
        // A failure long before the rest has nothing to do with it.
        if flow.start > firstSeen.advanced(by: Self.pause), evidence < Self.nothing { firstSeen = flow.start }
        sample = flow
        isDirty = true
    }

    /// Takes a contact up, if it is new. Parameter now: event time, if it is known.
    mutating func add(_ contact: ScanContact, at now: Timestamp?) {
        if let now { age(to: now) }
        let key = contact.key
        switch contacts.insert(key, marks: contact.outcome.rawValue) {
        case .leftOut: return
        case .new: step(contact, isVain: contact.outcome.isVain)
        case .known(let marks):
            guard let before = ContactOutcome(rawValue: marks), before != contact.outcome else { return }
            if contact.outcome == .answered || contact.outcome == .touched {
                contacts.mark(key, contact.outcome.rawValue)
            }
            // What answers when asked again was not tried in vain.
            if contact.outcome == .answered, before.isVain { step(contact, isVain: false) }
        }
    }

    private mutating func age(to time: Timestamp) {
        guard let since, let fadedTo else {
            since = time
            fadedTo = time
            return
        }
        if time > since.advanced(by: Self.memory) {
            self.since = time
            contacts = SampledSet()
            forgotten = 0
        }
        // Once an hour is often enough for a memory of a week.
        guard time > fadedTo.advanced(by: 3_600_000_000_000) else { return }
        let elapsed = Double(time.nanoseconds) - Double(fadedTo.nanoseconds)
        let kept = Float(exponential2(-elapsed / Double(Self.memory)))
        self.fadedTo = time
        total *= kept
        scattered *= kept
        for index in ports.indices { ports[index].walk *= kept }
        for index in peers.indices { peers[index].walk *= kept }
    }

    private mutating func step(_ contact: ScanContact, isVain: Bool) {
        if contact.outcome == .touched { return }
        stamp &+= 1
        let ordinary = contact.reach == .inbound ? Self.strangerFailure : Self.ordinaryFailure
        var change =
            isVain
            ? logarithm(Self.scannerFailure / ordinary)
            : -logarithm((1 - ordinary) / (1 - Self.scannerFailure))
        let isWeak = contact.transport != .tcp || contact.outcome == .silent
        if isVain, isWeak, contact.reach != .inbound || contact.transport != .udp { change *= Self.silentWeight }
        if isVain, contact.isHalfSeen { change *= Self.halfSeenWeight }
        let isWeb = contact.reach == .outward && (contact.port == 80 || contact.port == 443)
        let free = contact.reach == .inbound ? 0 : Self.freePorts * change
        let sharesPort = Self.step(
            &ports, UInt32(contact.port) << 1 | (contact.transport == .tcp ? 1 : 0),
            change * (isWeb ? Self.webWeight : 1),
            free: 0, stamp)
        let sharesPeer = Self.step(&peers, contact.peer.rawValue, change, free: free, stamp)
        switch contact.reach {
        case .inbound: break
        case .inside: change *= Self.insideWeight
        case .outward:
            change *= Self.outwardWeight
            if isVain, !sharesPort, !sharesPeer { scattered += 1 }
        }
        total = Float(min(Self.ceiling, max(0, Double(total) + change)))
    }

    /// Moves the walk of a port or a peer. Returns: whether it had been tried before, as far as is known.
    private static func step(
        _ slots: inout InlineArray<8, Slot>, _ value: UInt32, _ change: Double, free: Double, _ stamp: UInt32
    ) -> Bool {
        var weakest = 0
        for index in slots.indices {
            if slots[index].stamp != 0, slots[index].value == value {
                slots[index].walk = Float(min(ceiling, max(0, Double(slots[index].walk) + change)))
                slots[index].stamp = stamp
                if change > 0 { slots[index].failures &+= 1 }
                return true
            }
            if (slots[index].walk, slots[index].stamp) < (slots[weakest].walk, slots[weakest].stamp) { weakest = index }
        }
        if change > 0 || slots[weakest].walk <= 0 {
            slots[weakest] = Slot(
                value: value, walk: Float(change - free), failures: change > 0 ? 1 : 0, stamp: stamp)
            if change < 0 { slots[weakest].walk = 0 }
        }
        return false
    }

    /// Forgets peers whose ids will be reused.
    mutating func forget(_ hosts: HostSet) {
        let before = contacts.count
        contacts.remove { hosts.contains(ScanContact.peer(ofKey: $0)) }
        forgotten += (before - contacts.count) * contacts.scale
        for index in peers.indices where hosts.contains(HostID(rawValue: peers[index].value)) { peers[index] = Slot() }
    }
}
