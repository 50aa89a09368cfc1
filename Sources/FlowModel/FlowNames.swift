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
        guard batch.names.count > 0 else { return }
        let kinds = batch.nameKinds
        let none: [UInt16?] = [0] + Array(repeating: nil, count: batch.names.count)
        // A name enters a table when a flow uses it there: the names of a batch are of all kinds.
        var applications = none
        var labels = none
        var groups = none
        for index in batch.flows.indices {
            if kinds.contains(.application) {
                let place = batch.flows[index].application.index
                let id = applications[place] ?? self.applications.intern(batch.names, place).rawValue
                applications[place] = id
                batch.flows[index].application = NameID(rawValue: id)
            }
            if kinds.contains(.label) {
                let place = batch.flows[index].label.index
                let id = labels[place] ?? self.labels.intern(batch.names, place).rawValue
                labels[place] = id
                batch.flows[index].label = NameID(rawValue: id)
            }
            guard kinds.contains(.groups) else { continue }
            let source = batch.flows[index].sourceGroups.index
            let sourceID = groups[source] ?? self.groups.intern(list: source, of: batch.names).rawValue
            groups[source] = sourceID
            batch.flows[index].sourceGroups = GroupSetID(rawValue: sourceID)
            let destination = batch.flows[index].destinationGroups.index
            let destinationID = groups[destination] ?? self.groups.intern(list: destination, of: batch.names).rawValue
            groups[destination] = destinationID
            batch.flows[index].destinationGroups = GroupSetID(rawValue: destinationID)
        }
    }
}
