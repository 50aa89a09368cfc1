public import FlowEnrich
public import FlowFeatures
import FlowFormats
public import FlowModel

/// What becomes of flows before anything looks at them: one-way records are joined, then the filter takes its pick.
///
/// Every verb that reads flows reads them through here.
public struct FlowPreparation {
    /// One-way records on their way to being flows; nil until there are any.
    public private(set) var pairing: FlowPairing?
    /// Which flows are looked at, if not all.
    public private(set) var filter: FlowFilter?
    /// How much later than the order of the input says flows come out, nanoseconds.
    public private(set) var delay: Int64 = 0

    /// A preparation of the flows that `filter` takes; of all with nil.
    public init(filter: FlowFilter? = nil) { self.filter = filter }

    /// Replaces the flows of a batch by those that are ready. Parameter isOneWay: whether they are records of one way
    /// each. Parameter names: what their ids point into.
    public mutating func process(_ batch: inout FlowBatch, order: FlowOrder, isOneWay: Bool, names: FlowNames) {
        filter?.learn(names)
        delay = isOneWay ? FlowPairing.patience : 0
        if isOneWay {
            var pairing = self.pairing.take() ?? FlowPairing()
            if case .byEnd = order { pairing.follow(byEnd: true) } else { pairing.follow(byEnd: false) }
            pairing.process(&batch.flows)
            self.pairing = pairing
        } else if let rest = pairing?.finish(), !rest.isEmpty {
            batch.flows.insert(contentsOf: rest, at: 0)
        }
        filter?.apply(to: &batch.flows)
    }

    /// Replaces the flows of a batch by those that were still waiting at the end of the input.
    public mutating func finish(_ batch: inout FlowBatch) {
        batch.removeAll()
        batch.flows = pairing?.finish() ?? []
        filter?.apply(to: &batch.flows)
    }
}
