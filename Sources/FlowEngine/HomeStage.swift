import FlowEnrich
import FlowModel

/// Which networks are home: those of the settings, else what the first flows show. Marks the ends of flows.
struct HomeStage {
    /// Flows looked at to tell the home networks from, where the settings name none.
    private static let inferenceFlows = 4096

    /// nil until they are known.
    private(set) var networks: HomeNetworks?
    /// The network taken for home because the settings name none and hardly any address is private.
    private(set) var inferred: String?
    /// Flows kept until home is known.
    private var waiting: [Flow] = []

    /// Parameter networks: those of the settings; empty for none.
    init(_ networks: [Network]) {
        if !networks.isEmpty { self.networks = HomeNetworks(networks: networks) }
    }

    /// Marks flows. Returns: those that may go on: all that have waited once home is known, none before.
    mutating func take(_ flows: [Flow]) -> [Flow]? {
        waiting.append(contentsOf: flows)
        return waiting.count >= Self.inferenceFlows ? decide() : nil
    }

    /// Tells home from the flows that wait. Returns: these flows, marked.
    mutating func decide() -> [Flow] {
        let found = HomeNetworks.infer(from: waiting.span.extracting(0..<min(waiting.count, Self.inferenceFlows)))
        inferred = found?.description
        networks = HomeNetworks(networks: found.map { [$0] } ?? [])
        var flows = waiting
        waiting = []
        mark(&flows)
        return flows
    }

    /// Marks the ends of flows that are home, once home is known.
    func mark(_ flows: inout [Flow]) { networks?.enrich(&flows) }
}
