public import FlowEnrich
public import FlowFeatures
public import FlowModel

/// What becomes of flows before anything looks at them: one-way records are joined, then the filter takes its pick.
///
/// Every verb that reads flows reads them through here.
public struct FlowPreparation: Sendable {
    /// One-way records on their way to being flows; nil where no origin has any.
    public private(set) var pairing: FlowPairing?
    /// Which flows are looked at, if not all.
    public private(set) var filter: FlowFilter?
    private var origins: [FlowOrigin] = []

    /// A preparation of the flows that `filter` takes; of all with nil.
    public init(filter: FlowFilter? = nil) { self.filter = filter }

    /// How much later than the order of their origins says flows come out, nanoseconds.
    public var delay: Int64 { pairing == nil ? 0 : FlowPairing.patience }

    /// Takes up an origin, whose id is the number of those before it.
    public mutating func register(_ origin: FlowOrigin) {
        origins.append(origin)
        if pairing != nil {
            pairing?.register(origin)
        } else if origin.isOneWay {
            var pairing = FlowPairing()
            for origin in origins { pairing.register(origin) }
            self.pairing = pairing
        }
    }

    /// Replaces the flows of a batch by those that are ready.
    public mutating func process(_ batch: inout FlowBatch) {
        filter?.learn(batch.dictionary)
        pairing?.process(&batch.flows)
        filter?.apply(to: &batch.flows)
    }

    /// Puts the flows that were still waiting at the end of the input into a batch, in place of its own.
    public mutating func finish(_ batch: inout FlowBatch) {
        batch.flows = pairing?.finish() ?? []
        filter?.apply(to: &batch.flows)
    }
}
