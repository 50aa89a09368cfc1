public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `long-connection`.
public struct LongConnectionSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Hours that a connection with a host outside may last: a working day and a bit, as in Cisco's product.
    public var hours = 9.0
    public static let ranges: [String: ClosedRange<Double>] = ["hours": 0.01...10_000]
    /// The defaults.
    public init() {}
}

/// `long-connection`: a connection between a home host and one outside that lasts longer than the settings allow.
///
/// Null model: of the connections of a host group to one port, those that lasted as long before: where VPN, push or
/// remote work is usual the tenth is nothing new; these counts halve every month. Slices of one connection are put together, so that an exporter's
/// timeout neither hides nor makes one. Told when the limit is passed and with every doubling. Long is not bad: a hint.
/// Connections inside are not looked at: pools and mounts last for weeks. Memory: 1 MB for 16,384 connections, 8 bytes
/// for each of 4,096 (group, port).
public struct LongConnectionDetector: Detector {
    public static let profile = DetectorProfile(
        name: .longConnection,
        watchesFor:
            "connections with hosts outside that last longer than allowed, slices put together; less where the"
            + " group has more of them",
        weight: "a hint",
        family: .channels, cap: 2,
        capSource: "context: with the prior of -7 a probability of 0.007; long is not bad",
        evidence: .total)

    /// Evidence of the first of its kind, in nats; ln(1 + how many there were) is taken away.
    static let mostEvidence = 2.0

    private static let kindCount = 4096

    /// A group and a port, and how many of their connections lasted as long.
    private struct Kind {
        var group = NameID.none
        var port: UInt16 = 0
        var count: Float = 0
    }

    private let limit: Int64
    private var connections = StitchedConnections()
    private var kinds = Array(repeating: Kind(), count: LongConnectionDetector.kindCount)
    private var months = Months()
    private var displacedCount = 0

    /// A detector with the given limit.
    public init(_ settings: LongConnectionSettings) { limit = Int64(settings.hours * 3600e9) }

    public var overflowCount: Int { connections.overflowCount + displacedCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        for index in flows.indices where flows[index].duration >= StitchedConnections.leastSlice {
            let flow = flows[index]
            let isOurs = flow.traits.contains(.sourceIsHome)
            guard isOurs != flow.traits.contains(.destinationIsHome), flow.sourcePort != 0,
                (isOurs ? flow.destination : flow.source).scope == .public,
                // Clocks answer each other from the same port for ever.
                flow.sourcePort != flow.destinationPort || flow.transport == .tcp,
                let place = connections.add(flow)
            else { continue }
            findings.flow = index
            judge(place, flow, isOurs: isOurs, tables: tables, findings: &findings)
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        let turns = months.turns(at: window.window.start)
        guard turns > 0 else { return }
        let left = exponential2(-Double(turns))
        for place in kinds.indices { kinds[place].count *= Float(left) }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&connections)
        try state.carry(&kinds)
        try state.carry(&months)
        try state.carry(&displacedCount)
        guard kinds.count == Self.kindCount else { throw .damaged }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) { connections.forget(gone) }

    private mutating func judge(
        _ place: Int, _ flow: Flow, isOurs: Bool, tables: FlowTables, findings: inout FindingSink
    ) {
        let connection = connections[place]
        let times = UInt32(clamping: connection.duration / limit)
        guard times > 0, times >= connection.mark else { return }
        // A slice may come the other way round: the service has the lower port.
        let port = min(flow.sourcePort, flow.destinationPort)
        let kind = kind(tables.firstGroup(of: isOurs ? flow.sourceGroups : flow.destinationGroups), port)
        if connection.mark == 0 { kinds[kind].count += 1 }
        connections[place].mark = times.addingClamped(times)
        let others = max(0, Double(kinds[kind].count) - 1)
        let evidence = max(0, Self.mostEvidence - logarithm(1 + others))
        guard evidence > 0 || findings.takesAll else {
            findings.count(Self.name, 1)
            return
        }
        findings.add(
            Finding(
                detector: Self.name, subject: isOurs ? flow.sourceKey : flow.destinationKey,
                peer: isOurs ? flow.destination : flow.source,
                span: Window(start: connection.start, end: connection.end),
                score: Double(connection.duration) / 1e9, baseline: Double(limit) / 1e9, evidence: evidence,
                flows: Int(connection.slices),
                reason: LongConnectionReason(
                    seconds: Double(connection.duration) / 1e9, slices: Int(connection.slices),
                    bytes: Double(connection.bytes), port: port, others: Int(others.rounded()),
                    limit: Double(limit) / 1e9),
                sample: tables.sample(flow)))
    }

    /// Where a group and a port stand; another that hashes alike makes room.
    private mutating func kind(_ group: NameID, _ port: UInt16) -> Int {
        let mixed = (UInt64(group.rawValue) << 16 | UInt64(port)) &* 0x9e37_79b9_7f4a_7c15
        let place = Int(mixed >> 52)
        if kinds[place].group != group || kinds[place].port != port {
            if kinds[place].count > 0 { displacedCount += 1 }
            kinds[place] = Kind(group: group, port: port)
        }
        return place
    }
}
