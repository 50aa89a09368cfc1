public import FlowModel

/// What one (source, destination) did in one window.
public struct PairActivity: Sendable {
    /// The pair.
    public var pair: PairID
    /// The source's id.
    public var source: HostID
    /// The destination's id.
    public var destination: HostID
    /// Flows.
    public var connections: UInt32
    /// Distinct destination ports, of all protocols together.
    public var destinationPorts: UInt32
    /// Of these, ports of which no flow was answered.
    public var unansweredPorts: UInt32
    /// Of these, ports that look like the client's end of an answer: a service's port towards an ephemeral one.
    public var replyPorts: UInt32
    /// Bytes source → destination.
    public var bytesSent: UInt64
    /// Bytes destination → source.
    public var bytesReceived: UInt64
    /// The first flow.
    public var first: Flow
    /// The end of the last flow.
    public var lastEnd: Timestamp
}

/// The pairs of one window: counts per (source, destination) and the distinct ports between them.
///
/// Bounded: at most `pairLimit` pairs and `portLimit` (pair, port); beyond that flows are counted and left out.
public struct PairWindow: Sendable {
    /// Most pairs a window keeps.
    public static let pairLimit = 1 << 20
    /// Most (pair, port) a window keeps.
    public static let portLimit = 1 << 22

    /// The stretch of time.
    public var window: Window
    /// The pairs, in the order they were first seen.
    public private(set) var pairs: [PairActivity] = []
    /// Flows left out because the window was full or a host unlisted.
    public private(set) var overflowCount = 0

    private var pairSlots: [UInt32]
    /// pair << 32 | port << 8 | flags, 0 when empty.
    private var portSlots: [UInt64]
    private var portCount = 0

    private static let unansweredFlag: UInt64 = 1
    /// More than a few retries of any request.
    private static let attemptBytes: UInt64 = 2000

    /// An empty window.
    public init(window: Window) {
        self.window = window
        pairSlots = Array(repeating: 0, count: 256)
        portSlots = Array(repeating: 0, count: 512)
    }

    /// Empties the window for another stretch of time, keeping its memory.
    public mutating func reset(to window: Window) {
        self.window = window
        // A table grown by one flood is not cleared for every quiet window after it.
        if pairSlots.count > 1024, pairs.count * 32 < pairSlots.count {
            pairSlots = Array(repeating: 0, count: 256)
            portSlots = Array(repeating: 0, count: 512)
        } else {
            for index in pairSlots.indices { pairSlots[index] = 0 }
            for index in portSlots.indices { portSlots[index] = 0 }
        }
        pairs.removeAll(keepingCapacity: pairs.count * 32 >= pairs.capacity)
        portCount = 0
        overflowCount = 0
    }

    /// Adds a flow whose ids are set. Cost: two probes.
    public mutating func add(_ flow: Flow) {
        guard flow.pair != .unlisted else {
            overflowCount += 1
            return
        }
        let hash = UInt64(flow.pair.rawValue) &* 0x9e37_79b9_7f4a_7c15
        var slot = Int(truncatingIfNeeded: hash >> 32) & (pairSlots.count - 1)
        var index = -1
        while pairSlots[slot] != 0 {
            let candidate = Int(pairSlots[slot]) - 1
            if pairs[candidate].pair == flow.pair {
                index = candidate
                break
            }
            slot = (slot + 1) & (pairSlots.count - 1)
        }
        if index < 0 {
            guard pairs.count < Self.pairLimit else {
                overflowCount += 1
                return
            }
            index = pairs.count
            pairs.append(
                PairActivity(
                    pair: flow.pair, source: flow.sourceHost, destination: flow.destinationHost, connections: 0,
                    destinationPorts: 0, unansweredPorts: 0, replyPorts: 0, bytesSent: 0, bytesReceived: 0,
                    first: flow, lastEnd: flow.end))
            pairSlots[slot] = UInt32(pairs.count)
            if pairs.count * 2 > pairSlots.count { growPairs() }
        }
        pairs[index].connections &+= 1
        pairs[index].bytesSent = Self.sum(pairs[index].bytesSent, flow.bytesSent)
        pairs[index].bytesReceived = Self.sum(pairs[index].bytesReceived, flow.bytesReceived)
        let end = flow.end
        if end > pairs[index].lastEnd { pairs[index].lastEnd = end }
        addPort(flow, hash: hash, index: index)
    }

    private mutating func addPort(_ flow: Flow, hash: UInt64, index: Int) {
        let key = UInt64(flow.pair.rawValue) << 32 | UInt64(flow.destinationPort) << 8
        let isAnswered = flow.isAnswered || Self.isStream(flow)
        let mixed = (hash ^ UInt64(flow.destinationPort)) &* 0xd6e8_feb8_6659_fd93
        var slot = Int(truncatingIfNeeded: mixed >> 32) & (portSlots.count - 1)
        while portSlots[slot] != 0 {
            if portSlots[slot] & ~0xff == key {
                if isAnswered && portSlots[slot] & Self.unansweredFlag != 0 {
                    portSlots[slot] &= ~Self.unansweredFlag
                    pairs[index].unansweredPorts &-= 1
                }
                return
            }
            slot = (slot + 1) & (portSlots.count - 1)
        }
        guard portCount < Self.portLimit else {
            overflowCount += 1
            return
        }
        portCount += 1
        portSlots[slot] = key | (isAnswered ? 0 : Self.unansweredFlag)
        pairs[index].destinationPorts &+= 1
        if Self.looksLikeReply(flow) {
            pairs[index].replyPorts &+= 1
            // A half of an exchange that answers someone is no attempt at all.
            portSlots[slot] &= ~Self.unansweredFlag
        } else if !isAnswered {
            pairs[index].unansweredPorts &+= 1
        }
        if portCount * 2 > portSlots.count { growPorts() }
    }

    /// Whether a flow runs from a service to a client, as in one-way exports and records begun in the middle: a TCP
    /// request without an answer never does, whatever its source port.
    private static func looksLikeReply(_ flow: Flow) -> Bool {
        if flow.transport == .tcp && flow.state == .attempted { return false }
        return flow.sourcePort != 0 && flow.sourcePort < 1024 && flow.destinationPort >= 1024
    }

    /// Whether a flow without an answer carries too much to be an attempt: one-way traffic such as NetFlow or syslog.
    private static func isStream(_ flow: Flow) -> Bool {
        flow.bytesSent > attemptBytes && !(flow.transport == .tcp && flow.state.isFailure)
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    private mutating func growPairs() {
        pairSlots = Array(repeating: 0, count: pairSlots.count * 2)
        for index in pairs.indices {
            let hash = UInt64(pairs[index].pair.rawValue) &* 0x9e37_79b9_7f4a_7c15
            var slot = Int(truncatingIfNeeded: hash >> 32) & (pairSlots.count - 1)
            while pairSlots[slot] != 0 { slot = (slot + 1) & (pairSlots.count - 1) }
            pairSlots[slot] = UInt32(index + 1)
        }
    }

    private mutating func growPorts() {
        let old = portSlots
        portSlots = Array(repeating: 0, count: old.count * 2)
        for key in old where key != 0 {
            let hash = (key >> 32) &* 0x9e37_79b9_7f4a_7c15
            let mixed = (hash ^ (key >> 8 & 0xffff)) &* 0xd6e8_feb8_6659_fd93
            var slot = Int(truncatingIfNeeded: mixed >> 32) & (portSlots.count - 1)
            while portSlots[slot] != 0 { slot = (slot + 1) & (portSlots.count - 1) }
            portSlots[slot] = key
        }
    }
}
