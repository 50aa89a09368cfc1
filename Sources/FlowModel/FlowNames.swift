/// The tables that the ids in flows point into, kept by whoever owns the run.
public struct FlowNames: Sendable {
    /// What exporters call applications and services.
    public var applications = NameTable()
    /// Labels of labelled data sets.
    public var labels = NameTable()
    /// Host groups.
    public var groups = GroupTable()

    /// Empty tables.
    public init() {}

    /// Rewrites the ids of a batch, which point into its own `names`, to ids of these tables.
    ///
    /// Readers give ids of the batch they fill, so that they can run in parallel; adopting the batches in order
    /// gives the same ids whatever the number of threads. Cost: O(names + flows), one array look-up a flow and field.
    public mutating func adopt(_ batch: inout FlowBatch) {
        guard batch.names.count > 0 else { return }
        let kinds = batch.nameKinds
        var applications: [NameID] = []
        var labels: [NameID] = []
        var groups: [GroupSetID] = []
        if kinds.contains(.application) { applications = self.applications.internAll(of: batch.names) }
        if kinds.contains(.label) { labels = self.labels.internAll(of: batch.names) }
        if kinds.contains(.groups) {
            groups = [.none]
            for id in 1...batch.names.count {
                groups.append(self.groups.intern(list: batch.names.name(NameID(rawValue: UInt16(id)))))
            }
        }
        for index in batch.flows.indices {
            if !applications.isEmpty {
                batch.flows[index].application = applications[batch.flows[index].application.index]
            }
            if !labels.isEmpty { batch.flows[index].label = labels[batch.flows[index].label.index] }
            if !groups.isEmpty {
                batch.flows[index].sourceGroups = groups[batch.flows[index].sourceGroups.index]
                batch.flows[index].destinationGroups = groups[batch.flows[index].destinationGroups.index]
            }
        }
    }
}
