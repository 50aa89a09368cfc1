public import FlowMath
public import FlowModel

/// What is in some flows, counted as they pass: hosts, pairs, ports, protocols, states, names, sizes, time.
///
/// Memory: about 60 bytes a host and 40 a pair up to the limits, 4 MB for ports; beyond the limits flows are counted in
/// everything but their host or pair. Cost: about that of the pipeline's own tables.
public struct TrafficSummary: Sendable {
    /// Flows, and bytes each way; sums stop at `UInt64.max`.
    public struct Tally: Sendable, Equatable {
        /// How many.
        public var flows = 0
        /// Bytes source → destination.
        public var sent: UInt64 = 0
        /// Bytes destination → source.
        public var received: UInt64 = 0
        /// Bytes both ways.
        public var bytes: UInt64 { sent.addingClamped(received) }

        mutating func add(_ flow: borrowing Flow) {
            flows &+= 1
            sent = sent.addingClamped(flow.bytesSent)
            received = received.addingClamped(flow.bytesReceived)
        }
    }

    /// What a host did.
    public struct Host: Sendable, Equatable {
        /// Flows it opened.
        public var opened: UInt32 = 0
        /// Flows opened to it.
        public var accepted: UInt32 = 0
        /// Bytes it sent, in flows of both kinds.
        public var sent: UInt64 = 0
        /// Bytes it received.
        public var received: UInt64 = 0
        /// Distinct hosts it had flows with, each way by itself; known after `countPeers`.
        public var peers: UInt32 = 0
        /// Flows both ways.
        public var flows: Int { Int(opened) + Int(accepted) }
        /// Bytes both ways.
        public var bytes: UInt64 { sent.addingClamped(received) }
    }

    /// What went over a port of a protocol, by the destination's side.
    public struct Port: Sendable, Hashable {
        /// TCP, UDP, or anything else that has ports.
        public var transport: Transport
        /// The destination's port.
        public var number: UInt16
    }

    /// Everything together.
    public private(set) var total = Tally()
    /// How many flows and bytes there were in time.
    public private(set) var timeline = TimelineCounter()
    /// Bytes of a flow, both ways.
    public private(set) var bytes = LogHistogram()
    /// Length of a flow, microseconds.
    public private(set) var duration = LogHistogram()
    /// Packets of a flow, both ways.
    public private(set) var packets = LogHistogram()
    /// The largest of each, in the units of the histograms.
    public private(set) var largest = (bytes: UInt64(0), duration: Int64(0), packets: UInt64(0))
    /// Flows without bytes, without a length, without packets: in no histogram.
    public private(set) var empty = (bytes: 0, duration: 0, packets: 0)

    private var hostTable: HostTable
    private var pairTable: PairTable
    private var hosts: [Host] = []
    private var pairs: [Tally] = []
    /// TCP's ports, then UDP's, then all others'.
    private var ports: [Tally] = Array(repeating: Tally(), count: 3 << 16)
    private var transports: [Tally] = Array(repeating: Tally(), count: 256)
    private var states: [Tally] = Array(repeating: Tally(), count: ConnectionState.allCases.count)
    private var applications: [Tally] = []
    private var labels: [Tally] = []
    private var groups: [Tally] = []

    /// Nothing counted. Parameters: most hosts and pairs told apart.
    public init(hostLimit: Int = 1_000_000, pairLimit: Int = 4_000_000) {
        hostTable = HostTable(limit: hostLimit)
        pairTable = PairTable(limit: pairLimit)
    }

    /// Counts flows; their host and pair ids become those of this summary.
    public mutating func add(_ flows: inout [Flow]) {
        var span = flows.mutableSpan
        // Short loops, not one long: a core then waits for several cache lines at a time.
        for index in 0..<span.count {
            span[index].sourceHost = hostTable.intern(span[index].source)
            span[index].destinationHost = hostTable.intern(span[index].destination)
        }
        for index in 0..<span.count {
            span[index].pair = pairTable.intern(span[index].sourceHost, span[index].destinationHost)
        }
        while hosts.count < hostTable.indexEnd { hosts.append(Host()) }
        while pairs.count < pairTable.indexEnd { pairs.append(Tally()) }
        for flow in flows { count(flow) }
        for flow in flows { measure(flow) }
    }

    private mutating func count(_ flow: borrowing Flow) {
        total.add(flow)
        let source = flow.sourceHost.index
        hosts[source].opened &+= 1
        hosts[source].sent = hosts[source].sent.addingClamped(flow.bytesSent)
        hosts[source].received = hosts[source].received.addingClamped(flow.bytesReceived)
        let destination = flow.destinationHost.index
        hosts[destination].accepted &+= 1
        hosts[destination].sent = hosts[destination].sent.addingClamped(flow.bytesReceived)
        hosts[destination].received = hosts[destination].received.addingClamped(flow.bytesSent)
        pairs[flow.pair.index].add(flow)
        let port = Int(flow.destinationPort)
        let table = flow.transport == .tcp ? 0 : flow.transport == .udp ? 1 : 2
        // A protocol without ports has port 0.
        if port != 0 || table < 2 { ports[table << 16 | port].add(flow) }
        transports[Int(flow.transport.rawValue)].add(flow)
        states[Int(flow.state.rawValue)].add(flow)
        if flow.application != .none { Self.add(flow, to: &applications, at: flow.application.index) }
        if flow.label != .none { Self.add(flow, to: &labels, at: flow.label.index) }
        if flow.sourceGroups != .none { Self.add(flow, to: &groups, at: flow.sourceGroups.index) }
        if flow.destinationGroups != .none { Self.add(flow, to: &groups, at: flow.destinationGroups.index) }
    }

    private mutating func measure(_ flow: borrowing Flow) {
        let amount = flow.bytes
        if amount > 0 { bytes.add(Double(amount)) } else { empty.bytes &+= 1 }
        if flow.duration > 0 { duration.add(Double(flow.duration) * 1e-3) } else { empty.duration &+= 1 }
        let count = flow.packetsSent.addingClamped(flow.packetsReceived)
        if count > 0 { packets.add(Double(count)) } else { empty.packets &+= 1 }
        largest.bytes = max(largest.bytes, amount)
        largest.duration = max(largest.duration, flow.duration / 1000)
        largest.packets = max(largest.packets, count)
        timeline.add(flow.start, bytes: amount)
    }

    private static func add(_ flow: borrowing Flow, to tallies: inout [Tally], at index: Int) {
        while tallies.count <= index { tallies.append(Tally()) }
        tallies[index].add(flow)
    }

    /// What rankings go by.
    public enum Measure: String, CaseIterable, Sendable {
        case flows, bytes
    }

    /// How many hosts, pairs and destination ports were met, and how often one had no room.
    public var counts: (hosts: Int, pairs: Int, ports: Int, unlistedHosts: Int, unlistedPairs: Int) {
        (
            hostTable.count, pairTable.count, ports.count { $0.flows > 0 }, hostTable.unlistedCount,
            pairTable.unlistedCount
        )
    }

    /// Counts each host's distinct peers; call it once, at the end. Cost: O(pairs).
    public mutating func countPeers() {
        for index in 1..<max(1, pairTable.indexEnd) {
            let pair = PairID(rawValue: UInt32(index))
            hosts[pairTable.source(of: pair).index].peers &+= 1
            hosts[pairTable.destination(of: pair).index].peers &+= 1
        }
    }

    /// The hosts with the most, largest first; those of equal size in the order they came.
    public func topHosts(_ count: Int, by measure: Measure) -> [(address: IPAddress, host: Host)] {
        Self.top(count, of: hosts.indices.dropFirst()) { measure == .flows ? UInt64(hosts[$0].flows) : hosts[$0].bytes }
            .map { (hostTable.address(of: HostID(rawValue: UInt32($0))), hosts[$0]) }
    }

    /// The pairs with the most, likewise.
    public func topPairs(
        _ count: Int, by measure: Measure
    ) -> [(source: IPAddress, destination: IPAddress, tally: Tally)] {
        top(count, of: pairs, by: measure).map { index in
            let pair = PairID(rawValue: UInt32(index))
            return (
                hostTable.address(of: pairTable.source(of: pair)),
                hostTable.address(of: pairTable.destination(of: pair)), pairs[index]
            )
        }
    }

    /// The destination ports with the most, likewise.
    public func topPorts(_ count: Int, by measure: Measure) -> [(port: Port, tally: Tally)] {
        Self.top(count, of: ports.indices) { measure == .flows ? UInt64(ports[$0].flows) : ports[$0].bytes }
            .map { index in
                let transport: Transport = index >> 16 == 0 ? .tcp : index >> 16 == 1 ? .udp : .unknown
                return (Port(transport: transport, number: UInt16(truncatingIfNeeded: index)), ports[index])
            }
    }

    /// The protocols met.
    public func topTransports(_ count: Int, by measure: Measure) -> [(transport: Transport, tally: Tally)] {
        Self.top(count, of: transports.indices) {
            measure == .flows ? UInt64(transports[$0].flows) : transports[$0].bytes
        }.map { (Transport(rawValue: UInt8($0)), transports[$0]) }
    }

    /// The states met.
    public func topStates(_ count: Int, by measure: Measure) -> [(state: ConnectionState, tally: Tally)] {
        Self.top(count, of: states.indices) { measure == .flows ? UInt64(states[$0].flows) : states[$0].bytes }
            .map { (ConnectionState.allCases[$0], states[$0]) }
    }

    /// The applications met.
    public func topApplications(_ count: Int, by measure: Measure) -> [(name: NameID, tally: Tally)] {
        top(count, of: applications, by: measure).map { (NameID(rawValue: UInt16($0)), applications[$0]) }
    }

    /// The labels met.
    public func topLabels(_ count: Int, by measure: Measure) -> [(name: NameID, tally: Tally)] {
        top(count, of: labels, by: measure).map { (NameID(rawValue: UInt16($0)), labels[$0]) }
    }

    /// The groups met: a flow counts in every group of either end. Parameter names: what the flows' groups point into.
    public func topGroups(_ count: Int, by measure: Measure, names: GroupTable) -> [(name: NameID, tally: Tally)] {
        var tallies: [Tally] = []
        for (set, tally) in groups.enumerated() where tally.flows > 0 {
            for group in names.groups(of: GroupSetID(rawValue: UInt16(set))) {
                while tallies.count <= group.index { tallies.append(Tally()) }
                tallies[group.index].flows += tally.flows
                tallies[group.index].sent = tallies[group.index].sent.addingClamped(tally.sent)
                tallies[group.index].received = tallies[group.index].received.addingClamped(tally.received)
            }
        }
        return top(count, of: tallies, by: measure).map { (NameID(rawValue: UInt16($0)), tallies[$0]) }
    }

    /// The places of the tallies with the most, the first one (none, unlisted) aside.
    private func top(_ count: Int, of tallies: [Tally], by measure: Measure) -> [Int] {
        Self.top(count, of: tallies.indices.dropFirst()) {
            measure == .flows ? UInt64(tallies[$0].flows) : tallies[$0].bytes
        }
    }

    private static func top(_ count: Int, of indices: Range<Int>, _ value: (Int) -> UInt64) -> [Int] {
        // A sorted list of the best so far: `count` is small beside the indices.
        var best: [(value: UInt64, index: Int)] = []
        for index in indices {
            let value = value(index)
            guard value > 0, best.count < count || value > (best.last?.value ?? 0) else { continue }
            var low = 0
            var high = best.count
            while low < high {
                let middle = (low + high) / 2
                if best[middle].value >= value { low = middle + 1 } else { high = middle }
            }
            best.insert((value, index), at: low)
            if best.count > count { best.removeLast() }
        }
        return best.map(\.index)
    }
}
