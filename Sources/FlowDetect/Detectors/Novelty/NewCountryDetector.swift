import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `new-country`.
public struct NewCountrySettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it; without geo files it has nothing to do.
    public var isEnabled = true
    /// So long the network must be seen in contact with outside, in slices of ten minutes, before a new country says
    /// anything: a day has the traffic of every hour.
    public var learningSeconds = 86_400.0
    /// A country or autonomous system not met for so long is new again: a month, so that what is done monthly is known.
    public var memorySeconds = 31.0 * 86_400
    public static let ranges: [String: ClosedRange<Double>] = ["learningSeconds": .learning, "memorySeconds": .memory]
    /// The defaults.
    public init() {}
}

/// `new-country`: the first answered contact of any home host with a country or an autonomous system, calls and visits
/// apart.
///
/// Null model: `NoveltyRates` of the home network as a whole, for countries and for autonomous systems: a network whose
/// users meet new ones all day is not surprised by one more. Only what was answered counts and is remembered. A hint,
/// never an incident. Memory: without geo files nothing; else 512 KB and 8 bytes a host. Cost: two array reads a flow.
public struct NewCountryDetector: Detector {
    public static let profile = DetectorProfile(
        name: .newCountry,
        watchesFor:
            "the first answered contact of the home network with a country or an autonomous system, by how rarely"
            + " it meets new ones; needs `--geo`",
        weight: "little: a hint for other findings",
        family: .novelty, cap: 1,
        capSource: "context: with the prior of -7 a probability of 0.002",
        evidence: .total)

    private static let memoryBits = 16

    private var memory: RecentSet
    private var countries: NoveltyRates
    private var systems: NoveltyRates
    /// The last slice in which a host outside was taken, twice by host: called, and as a caller.
    private var seen: [Int32] = []

    /// A detector with the given learning time and memory.
    public init(_ settings: NewCountrySettings) {
        memory = RecentSet(bits: Self.memoryBits, memory: NoveltyRates.slices(inSeconds: settings.memorySeconds))
        countries = NoveltyRates(.country, learningSeconds: settings.learningSeconds)
        systems = NoveltyRates(.autonomousSystem, learningSeconds: settings.learningSeconds)
        countries.grow(to: Side.idEnd)
        systems.grow(to: Side.idEnd)
    }

    public var overflowCount: Int { memory.overflowCount }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        guard !tables.places.isEmpty else { return }
        if seen.count < 2 * tables.hosts.indexEnd {
            seen.append(contentsOf: repeatElement(.min, count: 2 * tables.hosts.indexEnd - seen.count))
        }
        for index in flows.indices {
            let ends = flows[index].traits.intersection([.sourceIsHome, .destinationIsHome])
            let isOutbound = ends == .sourceIsHome
            guard isOutbound || ends == .destinationIsHome else { continue }
            let stranger = isOutbound ? flows[index].destinationHost : flows[index].sourceHost
            let slot = 2 * stranger.index + (isOutbound ? 0 : 1)
            let slice = NoveltyRates.slice(of: flows[index].start)
            if seen[slot] == slice { continue }
            let place = tables.places[stranger]
            guard place != .unknown, flows[index].contactOutcome == .answered else { continue }
            seen[slot] = slice
            findings.flow = index
            take(flows[index], place, isOutbound ? .called : .visited, slice, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&memory)
        try state.carry(&countries)
        try state.carry(&systems)
        try state.carry(&seen)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in seen.indices where gone.contains(HostID(rawValue: UInt32(index / 2))) { seen[index] = .min }
    }

    /// What the network does to the host outside, in place of a host in the rates, which are of hosts.
    private enum Side: UInt32 {
        case called = 1
        case visited = 2

        static let idEnd = 3
        var host: HostID { HostID(rawValue: rawValue) }
        /// A group each: what callers meet says nothing of visitors.
        var group: NameID { NameID(rawValue: UInt16(rawValue)) }
    }

    private mutating func take(
        _ flow: Flow, _ place: Place, _ side: Side, _ slice: Int32, tables: FlowTables,
        findings: inout FindingSink
    ) {
        let byCountry = Self.meet(
            UInt64(place.country), side, slice, &countries, &memory, tables.network, &findings.lessons)
        // Beyond the numbers of countries.
        let system = UInt64(place.autonomousSystem) << 16
        let bySystem = Self.meet(system, side, slice, &systems, &memory, tables.network, &findings.lessons)
        let isCountry = (byCountry?.evidence ?? 0) >= (bySystem?.evidence ?? 0)
        guard let surprise = isCountry ? byCountry : bySystem else { return }
        let isOutbound = side == .called
        findings.add(
            Finding(
                novelty: NoveltyReason(
                    kind: isCountry ? .country(place) : .autonomousSystem(place), port: flow.destinationPort,
                    transport: flow.transport, share: surprise.share, slices: surprise.slices),
                detector: Self.name, subject: isOutbound ? flow.sourceKey : flow.destinationKey,
                peer: isOutbound ? flow.destination : flow.source, evidence: surprise.evidence,
                flow: tables.sample(flow)))
    }

    /// Takes up a country or autonomous system; 0 is none. Returns: how it surprises, if it does.
    private static func meet(
        _ number: UInt64, _ side: Side, _ slice: Int32, _ rates: inout NoveltyRates, _ memory: inout RecentSet,
        _ network: NetworkKnowledge, _ lessons: inout NetworkLessons
    ) -> (share: Double, slices: Int, evidence: Double)? {
        guard number != 0 else { return nil }
        rates.touch(side.host, group: side.group, at: slice, lessons: &lessons)
        if memory.see(RecentSet.key(number, UInt64(side.rawValue)), at: slice) { return nil }
        return rates.meetNew(side.host, network, lessons: &lessons)
    }
}
