public import FlowModel

/// Joins one-way records (AWS VPC, NetFlow) into flows.
///
/// A record waits for its reverse, the same ends swapped (ICMP: without ports), until event time has moved on by more
/// than `patience` since it came; then it goes on alone. Two records join only if their times overlap or lie no further
/// apart than `patience`; of several waiting the one nearest in start is taken, the earlier among equals. Flows come out
/// in the order in which that is decided, so it depends on the records and their order alone. Records that hold both
/// ways, and those of origins whose records always do, pass. Bounded: beyond `limit` the oldest goes on alone, counted.
/// Cost: a hash and a probe a record.
public struct FlowPairing: Sendable {
    /// How far event time moves on while a record waits, in nanoseconds; so much later flows come out.
    public static let patience: Int64 = 10_000_000_000
    /// Most records that wait at a time, 168 bytes each.
    public static let limit = 1_000_000
    /// How many waiting records of the same ends are compared: a stream in one direction must not cost more and more.
    private static let candidateLimit = 8

    private struct Waiting {
        var flow: Flow
        /// Event time when it came.
        var since: Int64
        /// The position of the record that came before it into the same bucket.
        var older: Int
        var isTaken = false
    }

    private let limit: Int
    private let seed = HashSeed.process
    private var clock = EventClock(window: 1)
    private var now = Int64.min
    /// By origin: whether a record without an answer is a flow without an answer.
    private var hasTwoWays: [Bool] = []
    /// Records that the clock distrusts.
    private var held: [Flow] = []
    /// The records that came within `patience`, by position modulo its size, a power of two; taken ones are holes.
    private var ring: [Waiting] = []
    private var head = 0
    private var tail = 0
    /// The position of the newest record of each hash; one before `head` stands for none.
    private var buckets: [Int] = []
    private var ready: [Flow] = []
    /// Flows made of two records.
    public private(set) var pairedCount = 0
    /// Records that went on alone, those turned away by the limit among them.
    public private(set) var unpairedCount = 0
    /// Records that went on alone because too many waited.
    public private(set) var overflowCount = 0

    /// No records. Parameter limit: how many may wait, 1 or more.
    public init(limit: Int = FlowPairing.limit) { self.limit = max(1, limit) }

    /// Takes up an origin, whose id is the number of those before it.
    public mutating func register(_ origin: FlowOrigin) {
        var origin = origin
        // Records are joined as they come: nobody waits for the longest connection here.
        if case .byEnd = origin.order { origin.order = .byEnd(lateness: 0) }
        clock.register(origin)
        hasTwoWays.append(!origin.isOneWay)
    }

    private var mask: Int { ring.count - 1 }

    /// Whether no record waits.
    public var isEmpty: Bool { head == tail && held.isEmpty }

    /// Replaces records by the flows that are decided with them.
    public mutating func process(_ records: inout [Flow]) {
        for index in records.indices { take(records[index]) }
        swap(&records, &ready)
        ready.removeAll(keepingCapacity: true)
    }

    /// At the end of the input: the records still waiting, each as a flow of its own.
    public mutating func finish() -> [Flow] {
        while clock.believeHeld() { release(held, keeping: []) }
        while head < tail { letOldestGo() }
        defer { ready = [] }
        return ready
    }

    private mutating func take(_ record: Flow) {
        switch clock.step(record) {
        case .pass: match(record)
        case .closeFirst(let moment):
            now = moment.nanoseconds
            while head < tail, ring[head & mask].since.addingClamped(Self.patience) < now { letOldestGo() }
            match(record)
        case .hold: held.append(record)
        case .holdAndRelease:
            held.append(record)
            let kept = held.filter { !clock.sharesHand($0.origin, record.origin) }
            release(held.filter { clock.sharesHand($0.origin, record.origin) }, keeping: kept)
        case .refute:
            // Whoever comes next has a clock of its own to judge them by.
            for flow in held where clock.sharesHand(flow.origin, record.origin) {
                if isOneWay(flow) { goOnAlone(flow) } else { ready.append(flow) }
            }
            held.removeAll { clock.sharesHand($0.origin, record.origin) }
            take(record)
        }
    }

    private mutating func release(_ records: [Flow], keeping kept: [Flow]) {
        var records = records
        held = kept
        records.sort { $0.start < $1.start }
        now = clock.closedUpTo.nanoseconds
        for record in records { take(record) }
    }

    /// Joins a record with its reverse, or lets it wait.
    private mutating func match(_ record: Flow) {
        guard isOneWay(record) else { return ready.append(record) }
        guard !ring.isEmpty else { return wait(record) }
        let bucket = Int(truncatingIfNeeded: hash(record)) & mask
        var best = -1
        var aboveBest = -1
        var bestDistance = UInt64.max
        var place = buckets[bucket]
        var above = -1
        var candidates = 0
        while place >= head, candidates < Self.candidateLimit {
            let other = ring[place & mask].flow
            if Self.haveSameEnds(other, record, swapped: true) {
                candidates += 1
                let distance = other.start.nanoseconds.subtractingClamped(record.start.nanoseconds).magnitude
                if distance <= bestDistance, Self.isNear(other, record) {
                    (best, aboveBest, bestDistance) = (place, above, distance)
                }
            } else if Self.haveSameEnds(other, record, swapped: false) {
                candidates += 1
            }
            above = place
            place = ring[place & mask].older
        }
        guard best >= 0 else { return wait(record) }
        if aboveBest < 0 {
            buckets[bucket] = ring[best & mask].older
        } else {
            ring[aboveBest & mask].older = ring[best & mask].older
        }
        ring[best & mask].isTaken = true
        ready.append(PairedFlow.join(ring[best & mask].flow, record))
        pairedCount += 1
    }

    private mutating func wait(_ record: Flow) {
        while head < tail, ring[head & mask].isTaken { head += 1 }
        while tail - head >= limit {
            overflowCount += ring[head & mask].isTaken ? 0 : 1
            letOldestGo()
        }
        if tail - head == ring.count { grow() }
        let bucket = Int(truncatingIfNeeded: hash(record)) & mask
        ring[tail & mask] = Waiting(flow: record, since: now, older: buckets[bucket])
        buckets[bucket] = tail
        tail += 1
    }

    private mutating func letOldestGo() {
        let slot = head & mask
        head += 1
        if !ring[slot].isTaken { goOnAlone(ring[slot].flow) }
    }

    private mutating func goOnAlone(_ record: Flow) {
        unpairedCount += 1
        ready.append(PairedFlow.alone(record))
    }

    /// Doubles the ring; every record gets its place and its chain anew.
    @inline(never)
    private mutating func grow() {
        let old = ring
        let capacity = max(1024, old.count * 2)
        let none = Waiting(
            flow: Flow(source: .unspecified, destination: .unspecified, start: Timestamp(nanoseconds: 0)), since: 0,
            older: -1)
        ring = Array(repeating: none, count: capacity)
        buckets = Array(repeating: -1, count: capacity)
        for position in head..<tail {
            var waiting = old[position & (old.count - 1)]
            if !waiting.isTaken {
                let bucket = Int(truncatingIfNeeded: hash(waiting.flow)) & mask
                waiting.older = buckets[bucket]
                buckets[bucket] = position
            }
            ring[position & mask] = waiting
        }
    }

    /// The same for both ways of a flow.
    private func hash(_ flow: Flow) -> UInt64 {
        let ports = Self.hasPorts(flow)
        let source = flow.source.high &+ UInt64(ports ? flow.sourcePort : 0) << 16 &+ UInt64(flow.transport.rawValue)
        let destination =
            flow.destination.high &+ UInt64(ports ? flow.destinationPort : 0) << 16 &+ UInt64(flow.transport.rawValue)
        return seed.hash(source, flow.source.low) &+ seed.hash(destination, flow.destination.low)
    }

    private func isOneWay(_ record: Flow) -> Bool {
        guard record.bytesReceived == 0, record.packetsReceived == 0 else { return false }
        return record.origin.index >= hasTwoWays.count || !hasTwoWays[record.origin.index]
    }

    private static func haveSameEnds(_ left: Flow, _ right: Flow, swapped: Bool) -> Bool {
        guard left.transport == right.transport, left.site == right.site,
            left.source == (swapped ? right.destination : right.source),
            left.destination == (swapped ? right.source : right.destination)
        else { return false }
        return !hasPorts(left)
            || left.sourcePort == (swapped ? right.destinationPort : right.sourcePort)
                && left.destinationPort == (swapped ? right.sourcePort : right.destinationPort)
    }

    /// ICMP has a type and a code, which exporters put into the destination's port; they differ both ways.
    private static func hasPorts(_ flow: Flow) -> Bool { flow.transport != .icmp && flow.transport != .icmpV6 }

    private static func isNear(_ left: Flow, _ right: Flow) -> Bool {
        left.start <= right.end.advanced(by: patience) && right.start <= left.end.advanced(by: patience)
    }
}
