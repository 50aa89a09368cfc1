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
    private let sites: SiteMap
    private var origins: [FlowOrigin] = []
    /// Whether any origin is of another site than the main one.
    private var hasSites = false

    /// A preparation of the flows that `filter` takes; of all with nil. Parameter sites: whose flows an origin's are.
    public init(filter: FlowFilter? = nil, sites: SiteMap = SiteMap()) {
        self.filter = filter
        self.sites = sites
    }

    /// How much later than the order of their origins says flows come out, nanoseconds.
    public var delay: Int64 { pairing == nil ? 0 : FlowPairing.patience }

    /// Takes up an origin, whose id is the number of those before it.
    public mutating func register(_ origin: FlowOrigin) {
        var origin = origin
        origin.site = sites.site(of: origin)
        if origin.site != .main { hasSites = true }
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
        if hasSites {
            for index in batch.flows.indices where batch.flows[index].origin.index < origins.count {
                batch.flows[index].site = origins[batch.flows[index].origin.index].site
            }
        }
        pairing?.process(&batch.flows)
        filter?.apply(to: &batch.flows)
    }

    /// Puts the flows that were still waiting at the end of the input into a batch, in place of its own.
    public mutating func finish(_ batch: inout FlowBatch) {
        batch.flows = pairing?.finish() ?? []
        filter?.apply(to: &batch.flows)
    }
}
