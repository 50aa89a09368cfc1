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
    /// Of these, ports that look like the client's end of an answer: a service's port towards an ephemeral one.
    public var replyPorts: UInt32
    /// Bytes source → destination.
    public var bytesSent: UInt64
    /// Bytes destination → source.
    public var bytesReceived: UInt64
    /// The end of the last flow.
    public var lastEnd: Timestamp
    /// Of the connections, those that gave no sign of being taken up.
    public var unanswered: UInt32
    /// Which protocols were used, a bit each: TCP, UDP, ICMP, any other.
    public var protocols: UInt8

    /// A pair before its first flow is counted.
    fileprivate init(first flow: Flow) {
        pair = flow.pair
        source = flow.sourceHost
        destination = flow.destinationHost
        connections = 0
        destinationPorts = 0
        replyPorts = 0
        bytesSent = 0
        bytesReceived = 0
        lastEnd = flow.end
        unanswered = 0
        protocols = 0
    }

    /// Counts a flow, its port aside.
    fileprivate mutating func count(_ flow: Flow) {
        connections &+= 1
        bytesSent = Self.sum(bytesSent, flow.bytesSent)
        bytesReceived = Self.sum(bytesReceived, flow.bytesReceived)
        lastEnd = max(lastEnd, flow.end)
        unanswered &+= flow.isAnswered ? 0 : 1
        protocols |= Self.bit(of: flow.transport)
    }

    private static func bit(of transport: Transport) -> UInt8 {
        switch transport {
        case .tcp: 1
        case .udp: 2
        case .icmp, .icmpV6: 4
        default: 8
        }
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// The pairs of one window: counts per (source, destination) and the distinct ports between them.
///
/// Bounded: beyond `pairLimit` pairs and `portLimit` (pair, port) flows are counted and left out.
public struct PairWindow: Sendable {
    /// Most pairs the window keeps.
    public var pairLimit: Int
    /// Most (pair, port) the window keeps.
    public let portLimit: Int

    /// The stretch of time.
    public var window: Window
    /// The pairs, in the order they were first seen.
    public private(set) var pairs: [PairActivity] = []
    /// The first flow of each of `pairs`, apart from them: counts are touched by every flow, this once.
    public private(set) var firstFlows: [Flow] = []
    /// Flows left out because the window was full or a host unlisted.
    public private(set) var overflowCount = 0

    private var pairSlots: [UInt32]
    /// pair << 32 | port << 8, 0 when empty.
    private var portSlots: [UInt64]
    private var portCount = 0
    /// Where the flows being added stand in `pairs`.
    private var places: [Int32] = []

    /// An empty window.
    public init(window: Window, pairLimit: Int = 1 << 20, portLimit: Int = 1 << 22) {
        self.window = window
        self.pairLimit = pairLimit
        self.portLimit = portLimit
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
        let keepsCapacity = pairs.count * 32 >= pairs.capacity
        pairs.removeAll(keepingCapacity: keepsCapacity)
        firstFlows.removeAll(keepingCapacity: keepsCapacity)
        portCount = 0
        overflowCount = 0
    }

    /// Adds flows whose ids are set. Cost: two probes a flow.
    public mutating func add(_ flows: Span<Flow>) {
        // Short loops, not one long: a core then waits for several cache lines at a time.
        places.removeAll(keepingCapacity: true)
        for index in flows.indices { places.append(place(of: flows[index])) }
        let places = places
        var activities = pairs.mutableSpan
        for index in flows.indices where places[index] >= 0 {
            activities[Int(places[index])].count(flows[index])
        }
        for index in flows.indices where places[index] >= 0 { addPort(flows[index], at: Int(places[index])) }
    }

    /// Where the flow's pair stands in `pairs`, new if need be; -1 where there is no room for it.
    private mutating func place(of flow: Flow) -> Int32 {
        guard flow.pair != .unlisted else {
            overflowCount += 1
            return -1
        }
        let mask = pairSlots.count - 1
        var slot = Self.slot(of: flow.pair) & mask
        while pairSlots[slot] != 0 {
            let candidate = Int(pairSlots[slot]) - 1
            if pairs[candidate].pair == flow.pair { return Int32(truncatingIfNeeded: candidate) }
            slot = (slot + 1) & mask
        }
        return insert(flow, at: slot)
    }

    @inline(never)
    private mutating func insert(_ flow: Flow, at slot: Int) -> Int32 {
        guard pairs.count < pairLimit else {
            overflowCount += 1
            return -1
        }
        pairs.append(PairActivity(first: flow))
        firstFlows.append(flow)
        pairSlots[slot] = UInt32(pairs.count)
        if pairs.count * 2 > pairSlots.count { growPairs() }
        return Int32(truncatingIfNeeded: pairs.count - 1)
    }

    private static func slot(of pair: PairID) -> Int {
        Int(truncatingIfNeeded: (UInt64(pair.rawValue) &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }

    private static func slot(ofPort key: UInt64) -> Int {
        let mixed = ((key >> 32) &* 0x9e37_79b9_7f4a_7c15 ^ (key >> 8 & 0xffff)) &* 0xd6e8_feb8_6659_fd93
        return Int(truncatingIfNeeded: mixed >> 32)
    }

    private mutating func addPort(_ flow: Flow, at index: Int) {
        let key = UInt64(flow.pair.rawValue) << 32 | UInt64(flow.destinationPort) << 8
        let mask = portSlots.count - 1
        var slot = Self.slot(ofPort: key) & mask
        while portSlots[slot] != 0 {
            if portSlots[slot] == key { return }
            slot = (slot + 1) & mask
        }
        guard portCount < portLimit else {
            overflowCount += 1
            return
        }
        portCount += 1
        portSlots[slot] = key
        pairs[index].destinationPorts &+= 1
        if Self.looksLikeReply(flow) { pairs[index].replyPorts &+= 1 }
        if portCount * 2 > portSlots.count { growPorts() }
    }

    /// Whether a flow runs from a service to a client, as in one-way exports and records begun in the middle: a TCP
    /// request without an answer never does, whatever its source port.
    private static func looksLikeReply(_ flow: Flow) -> Bool {
        if flow.transport == .tcp && flow.state == .attempted { return false }
        return flow.sourcePort != 0 && flow.sourcePort < 1024 && flow.destinationPort >= 1024
    }

    private mutating func growPairs() {
        pairSlots = Array(repeating: 0, count: pairSlots.count * 2)
        let mask = pairSlots.count - 1
        for index in pairs.indices {
            var slot = Self.slot(of: pairs[index].pair) & mask
            while pairSlots[slot] != 0 { slot = (slot + 1) & mask }
            pairSlots[slot] = UInt32(index + 1)
        }
    }

    private mutating func growPorts() {
        let old = portSlots
        portSlots = Array(repeating: 0, count: old.count * 2)
        let mask = portSlots.count - 1
        for key in old where key != 0 {
            var slot = Self.slot(ofPort: key) & mask
            while portSlots[slot] != 0 { slot = (slot + 1) & mask }
            portSlots[slot] = key
        }
    }
}
