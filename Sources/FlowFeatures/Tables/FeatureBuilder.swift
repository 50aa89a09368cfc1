public import FlowModel

/// Flows in, rows of features out. Rows come in the order their keys were first seen, windows in the order of time.
public protocol FeatureBuilder: Sendable {
    /// Takes flows up; ids of the builder's own tables are written into them.
    mutating func add(_ flows: inout [Flow])
    /// Ends the input; to be called once, before rows are asked for.
    mutating func finish()
    /// How many rows there are, once finished.
    var rowCount: Int { get }
    /// Some of the rows; a stretch at a time spares memory. Traps outside `0..<rowCount`.
    func rows(_ range: Range<Int>) -> FeatureRows
    /// What a limit has left out.
    var left: FeatureOverflow { get }
}

/// The bounds of feature tables.
public struct FeatureLimits: Sendable {
    /// Most hosts, up to 16,777,215.
    public var hosts = 1_000_000
    /// Most (source, destination) pairs, up to 16,777,215.
    public var pairs = 4_000_000
    /// Most rows, up to 16,777,215; windows are at most a million.
    public var rows = 5_000_000
    /// Most combinations of ports and hosts that a distinct count gathers: 8 bytes each. When half of them are distinct,
    /// no more are taken.
    public var combinations = 5 << 22
    /// The defaults.
    public init() {}
}

/// What the limits of a feature table have left out.
public struct FeatureOverflow: Sendable, Equatable {
    /// Flows in no row, because there was no room for a host, a pair or a row.
    public var flows = 0
    /// Flows that came when their window had long been closed.
    public var late = 0
    /// Flows that distinct counts may miss.
    public var uncounted = 0
    /// Empty windows without a row of zeros, because they would have been too many.
    public var unfilled = 0
}

/// The hosts and pairs that rows are about.
struct Endpoints: Sendable {
    /// Ids have 24 bits, so that they fit into keys of 64.
    static let limit = 1 << 24 - 1

    private(set) var hosts: HostTable
    private(set) var pairs: PairTable

    init(_ limits: FeatureLimits) {
        hosts = HostTable(limit: min(limits.hosts, Self.limit))
        pairs = PairTable(limit: min(limits.pairs, Self.limit))
    }

    /// Sets the ids of the ends of each flow.
    mutating func identifyHosts(_ flows: inout [Flow]) {
        for index in flows.indices {
            flows[index].sourceHost = hosts.intern(flows[index].source)
            flows[index].destinationHost = hosts.intern(flows[index].destination)
        }
    }

    /// Sets the ids of the ends and of the pair of each flow.
    mutating func identifyPairs(_ flows: inout [Flow]) {
        identifyHosts(&flows)
        for index in flows.indices {
            flows[index].pair = pairs.intern(flows[index].sourceHost, flows[index].destinationHost)
        }
    }

    func source(of pair: PairID) -> IPAddress { hosts.address(of: pairs.source(of: pair)) }

    func destination(of pair: PairID) -> IPAddress { hosts.address(of: pairs.destination(of: pair)) }
}

extension Flow {
    /// Pair, ports and protocol in 64 bits: what the second seed calls a flow. The pair's id must be set.
    var tuple: UInt64 {
        UInt64(pair.rawValue) << 40 | UInt64(sourcePort) << 24 | UInt64(destinationPort) << 8
            | UInt64(transport.rawValue)
    }
}
