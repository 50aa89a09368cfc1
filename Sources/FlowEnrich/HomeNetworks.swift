public import FlowModel

/// Which addresses are ours: marks both ends of each flow.
///
/// The networks come from the settings; else home is every private address; else, where the flows have hardly any
/// private address, the prefix that most flows share is taken (`infer`).
public struct HomeNetworks: Sendable {
    /// The networks; empty means the private ranges.
    public private(set) var networks: [Network]

    /// Home as the given networks; none means the private ranges.
    public init(networks: [Network]) { self.networks = networks }

    /// Marks the ends of `flows` that are home.
    public func enrich(_ flows: inout [Flow]) {
        var flows = flows.mutableSpan
        for index in flows.indices {
            if isHome(flows[index].source) { flows[index].traits.insert(.sourceIsHome) }
            if isHome(flows[index].destination) { flows[index].traits.insert(.destinationIsHome) }
        }
    }

    /// Whether an address is ours.
    public func isHome(_ address: IPAddress) -> Bool {
        if networks.isEmpty { return address.isPrivateOrLink }
        for network in networks where network.contains(address) { return true }
        return false
    }

    /// The prefix (IPv4 /16, IPv6 /48) that at least half of the first flows share, when fewer than one in ten of
    /// them has a private end; nil otherwise.
    public static func infer(from flows: Span<Flow>) -> Network? {
        var counts: [Network: Int] = [:]
        var privateCount = 0
        for index in flows.indices {
            let flow = flows[index]
            if flow.source.scope == .private || flow.destination.scope == .private {
                privateCount += 1
                continue
            }
            let source = prefix(flow.source)
            let destination = prefix(flow.destination)
            if let source { counts[source, default: 0] += 1 }
            if let destination, destination != source { counts[destination, default: 0] += 1 }
        }
        guard flows.count >= 20, privateCount * 10 < flows.count else { return nil }
        let best = counts.max { ($0.value, $1.key.base) < ($1.value, $0.key.base) }
        guard let best, best.value * 2 >= flows.count else { return nil }
        return best.key
    }

    private static func prefix(_ address: IPAddress) -> Network? {
        guard address.scope == .public else { return nil }
        return Network(address, bits: address.isV4 ? 96 + 16 : 48)
    }
}
