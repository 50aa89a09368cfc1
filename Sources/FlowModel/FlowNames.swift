public import FlowState

/// The tables that the ids in flows point into, kept by whoever owns the run.
public struct FlowNames: Sendable, Stateful {
    /// What exporters call applications and services.
    public var applications = NameTable()
    /// Labels of labelled data sets.
    public var labels = NameTable()
    /// Host groups.
    public var groups = GroupTable()

    /// Empty tables.
    public init() {}

    /// Empty tables that share their memory.
    public static let empty = FlowNames()

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&applications)
        try state.carry(&labels)
        try state.carry(&groups)
    }

    /// Rewrites the ids of a batch, which point into its own `names`, to ids of these tables.
    ///
    /// Readers give ids of the batch they fill, so that they can run in parallel; adopting the batches in order
    /// gives the same ids whatever the number of threads. Cost: O(names + flows), one array look-up a flow and field.
    public mutating func adopt(_ batch: inout FlowBatch) {
        var known = AdoptedNames()
        adopt(batch.flows.indices, of: &batch, known: &known)
    }

    /// Rewrites the ids of some flows of a batch. Parameter known: what earlier calls for this batch have found out.
    public mutating func adopt(_ range: Range<Int>, of batch: inout FlowBatch, known: inout AdoptedNames) {
        guard batch.names.count > 0 else { return }
        let kinds = batch.nameKinds
        known.makeRoom(for: batch.names.count)
        for index in range {
            if kinds.contains(.application) {
                let place = batch.flows[index].application.index
                let id = known.applications[place] ?? applications.intern(batch.names, place).rawValue
                known.applications[place] = id
                batch.flows[index].application = NameID(rawValue: id)
            }
            if kinds.contains(.label) {
                let place = batch.flows[index].label.index
                let id = known.labels[place] ?? labels.intern(batch.names, place).rawValue
                known.labels[place] = id
                batch.flows[index].label = NameID(rawValue: id)
            }
            guard kinds.contains(.groups) else { continue }
            let source = batch.flows[index].sourceGroups.index
            let sourceID = known.groups[source] ?? groups.intern(list: source, of: batch.names).rawValue
            known.groups[source] = sourceID
            batch.flows[index].sourceGroups = GroupSetID(rawValue: sourceID)
            let destination = batch.flows[index].destinationGroups.index
            let destinationID = known.groups[destination] ?? groups.intern(list: destination, of: batch.names).rawValue
            known.groups[destination] = destinationID
            batch.flows[index].destinationGroups = GroupSetID(rawValue: destinationID)
        }
    }
}

/// The ids that names of one batch have been given so far.
public struct AdoptedNames: Sendable {
    // A name enters a table when a flow uses it there: the names of a batch are of all kinds.
    fileprivate var applications: [UInt16?] = []
    fileprivate var labels: [UInt16?] = []
    fileprivate var groups: [UInt16?] = []

    /// No names.
    public init() {}

    /// Forgets them, for another batch.
    public mutating func removeAll() {
        applications.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
    }

    fileprivate mutating func makeRoom(for count: Int) {
        guard applications.isEmpty else { return }
        let none: [UInt16?] = [0] + Array(repeating: nil, count: count)
        applications = none
        labels = none
        groups = none
    }
}
