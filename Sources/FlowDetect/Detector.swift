public import FlowFeatures
public import FlowModel
public import FlowState

/// Watches flows for one kind of thing. A struct, called once a batch and once a window; no I/O, no clock. `carry` takes
/// what it has learnt along, its settings not.
public protocol Detector: Sendable, Stateful {
    /// Its name.
    static var name: DetectorName { get }
    /// Sees flows as they come, in the order of the input; ids and traits are set.
    mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink)
    /// Sees what happened in a window that has closed.
    mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink)
    /// Says what is still to be said at the end of the input.
    mutating func finish(tables: FlowTables, findings: inout FindingSink)
    /// Drops what is known of hosts whose ids will be reused.
    mutating func forget(_ hosts: HostSet, tables: FlowTables)
    /// How often something found no room in its tables.
    var overflowCount: Int { get }
}

extension Detector {
    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {}
    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {}
    public mutating func finish(tables: FlowTables, findings: inout FindingSink) {}
    public mutating func forget(_ hosts: HostSet, tables: FlowTables) {}
    public var overflowCount: Int { 0 }
}

/// The tables that ids in flows point into, shared by all detectors for reading.
public struct FlowTables: Sendable, Stateful {
    /// Addresses.
    public var hosts: HostTable
    /// (source, destination).
    public var pairs: PairTable
    /// The blocklists that hosts are on.
    public var listings = HostListings()
    /// The country and the autonomous system of hosts outside.
    public var places = HostPlaces()
    /// The first group of each list of groups, by `GroupSetID`.
    private var firstGroups: [NameID] = [.none]
    /// All groups of each list, and the names of groups by `NameID`.
    private var groupLists: [[NameID]] = [[]]
    private var groupNames = [""]

    /// Takes up lists of groups that have come since the last call.
    public mutating func learnGroups(_ groups: GroupTable) {
        while firstGroups.count < groups.count {
            let set = GroupSetID(rawValue: UInt16(truncatingIfNeeded: firstGroups.count))
            groupLists.append(groups.groups(of: set))
            firstGroups.append(groupLists[set.index].first ?? .none)
        }
        while groupNames.count <= groups.names.count {
            groupNames.append(groups.names.name(NameID(rawValue: UInt16(truncatingIfNeeded: groupNames.count))))
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
        try state.carry(&pairs)
        if state.isRestoring { (firstGroups, groupLists, groupNames) = ([.none], [[]], [""]) }
    }

    /// The first group of a list; `.none` for the empty list.
    public func firstGroup(of set: GroupSetID) -> NameID {
        set.index < firstGroups.count ? firstGroups[set.index] : .none
    }

    /// How many lists of groups there are, the empty one included.
    public var groupListCount: Int { groupLists.count }

    /// The names of the groups of a list, in the order they were written.
    public func groupNames(of set: GroupSetID) -> [String] {
        guard set.index < groupLists.count else { return [] }
        return groupLists[set.index].map { $0.index < groupNames.count ? groupNames[$0.index] : "" }
    }

    /// Empty tables of at most so many hosts and pairs.
    public init(hosts: Int, pairs: Int) {
        self.hosts = HostTable(limit: hosts)
        self.pairs = PairTable(limit: pairs)
    }
}
