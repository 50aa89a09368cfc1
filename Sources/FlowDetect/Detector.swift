public import FlowFeatures
public import FlowModel
public import FlowState

/// Watches flows for one kind of thing. A struct, called once a batch and once a window; no I/O, no clock. `carry` takes
/// what it has learnt along, its settings not.
public protocol Detector: Sendable, Stateful {
    /// What is known of it apart from how it works.
    static var profile: DetectorProfile { get }
    /// Sees flows as they come, in the order of the input; ids and traits are set.
    mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink)
    /// Sees what happened in a window that has closed.
    mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink)
    /// Says what no flow will make it say, now that event time has come to a moment: of what has gone quiet, its last word.
    /// Called about every ten minutes of event time, and with the end of all time at the end of the input.
    mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink)
    /// Drops what is known of hosts whose ids will be reused.
    mutating func forget(_ hosts: HostSet, tables: FlowTables)
    /// How often something found no room in its tables.
    var overflowCount: Int { get }
}

extension Detector {
    /// Its name.
    public static var name: DetectorName { profile.name }
    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {}
    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {}
    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {}
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
    /// What the network as a whole teaches.
    public var network = NetworkKnowledge()
    /// The first group of each list of groups, and the names of all of them, by `GroupSetID`.
    private var firstGroups: [NameID] = [.none]
    private var groupNames: [[String]] = [[]]
    /// What exporters call applications, and the labels of labelled data sets, by `NameID`.
    private var applications = [""]
    private var labels = [""]

    /// Takes up groups and names that have come since the last call.
    public mutating func learn(_ names: FlowNames) {
        while firstGroups.count < names.groups.count {
            let set = GroupSetID(rawValue: UInt16(truncatingIfNeeded: firstGroups.count))
            let groups = names.groups.groups(of: set)
            firstGroups.append(groups.first ?? .none)
            groupNames.append(groups.map { names.groups.names.name($0) })
        }
        Self.learn(names.applications, &applications)
        Self.learn(names.labels, &labels)
    }

    private static func learn(_ table: NameTable, _ known: inout [String]) {
        while known.count <= table.count {
            known.append(table.name(NameID(rawValue: UInt16(truncatingIfNeeded: known.count))))
        }
    }

    /// A flow to show with a finding. Cost: no text is made, only shared.
    public func sample(_ flow: borrowing Flow) -> SampleFlow {
        let application = flow.application.index
        let label = flow.label.index
        return SampleFlow(
            copy flow, application: application < applications.count ? applications[application] : "",
            label: label < labels.count ? labels[label] : "", sourceGroups: groupNames(of: flow.sourceGroups),
            destinationGroups: groupNames(of: flow.destinationGroups))
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
        try state.carry(&pairs)
        try state.carry(&network)
        if state.isRestoring { (firstGroups, groupNames, applications, labels) = ([.none], [[]], [""], [""]) }
    }

    /// The first group of a list; `.none` for the empty list.
    public func firstGroup(of set: GroupSetID) -> NameID {
        set.index < firstGroups.count ? firstGroups[set.index] : .none
    }

    /// How many lists of groups there are, the empty one included.
    public var groupListCount: Int { groupNames.count }

    /// The names of the groups of a list, in the order they were written.
    public func groupNames(of set: GroupSetID) -> [String] {
        set.index < groupNames.count ? groupNames[set.index] : []
    }

    /// Gives ids to the ends and the pairs of flows in a range, and notes who calls whom outside for the first time.
    public mutating func intern(_ flows: inout [Flow], _ range: Range<Int>) {
        var span = flows.mutableSpan
        // Two short loops, not one long: a core then waits for several cache lines at a time.
        for index in range {
            span[index].sourceHost = hosts.intern(span[index].sourceKey)
            span[index].destinationHost = hosts.intern(span[index].destinationKey)
        }
        for index in range {
            let known = pairs.count
            span[index].pair = pairs.intern(span[index].sourceHost, span[index].destinationHost)
            guard pairs.count != known,
                span[index].traits.intersection([.sourceIsHome, .destinationIsHome]) == .sourceIsHome
            else { continue }
            network.meet(span[index].pair, span[index].sourceHost, span[index].destinationHost)
        }
    }

    /// Drops what is known of hosts whose ids will be reused.
    public mutating func forget(_ gone: HostSet) {
        listings.forget(gone)
        places.forget(gone)
        network.forget(gone)
        pairs.forget(gone)
    }

    /// Empty tables of at most so many hosts and pairs.
    public init(hosts: Int, pairs: Int) {
        self.hosts = HostTable(limit: hosts)
        self.pairs = PairTable(limit: pairs)
    }
}
