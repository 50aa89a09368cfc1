import FlowModel

/// rwscan's threshold random walk over the destinations of an event (Jung et al. 2004).
enum RandomWalk {
    enum Verdict { case scan, backscatter, flood, unknown }

    /// Of a first contact succeeding, under "benign" and under "scanner".
    private static let benign = 0.8
    private static let scanner = 0.2
    /// From alpha 0.01 and beta 0.99.
    private static let upper = 0.99 / 0.01
    private static let lower = 0.01 / 0.99

    /// Parameter flows: sorted by destination.
    static func verdict(_ flows: [RwscanFlow], existing: Set<IPAddress>) -> Verdict {
        var likelihood = 1.0
        var destinations = 0
        var requests = 0
        var backscatter = 0
        var floodResponses = 0
        var before: IPAddress?
        for (index, flow) in flows.enumerated() {
            if flow.destination != before {
                let isHit = existing.contains(flow.destination) || !flow.isRequest
                likelihood *= isHit ? scanner / benign : (1 - scanner) / (1 - benign)
                destinations += 1
                before = flow.destination
            }
            if flow.isRequest { requests += 1 }
            if flow.isBackscatter { backscatter += 1 }
            if flow.isFloodResponse { floodResponses += 1 }
            guard requests == index + 1 else { continue }
            if likelihood > upper { return .scan }
            // The logistic model looks at what this one finds benign, too.
            if likelihood < lower { return .unknown }
        }
        if backscatter == flows.count, destinations > 3, flows.count > 100 { return .backscatter }
        let isFlood = requests * 2 >= flows.count && requests + floodResponses == flows.count
        return destinations == 1 && isFlood && flows.count > 10 ? .flood : .unknown
    }
}

/// rwscan's logistic models. Flows are sorted by destination, then source port; there is one at least.
enum RwscanModel {
    /// Log-odds of a TCP scan.
    static func tcp(_ flows: [RwscanFlow]) -> Double {
        let shared = Shared(flows)
        return -2.838353611
            + 3.309023427 * share(flows) { $0.flags & TCPFlag.acknowledge == 0 }
            - 0.157047027 * share(flows) { $0.isSmall }
            - 0.002319304 * Double(shared.sourcePorts) / Double(shared.destinations)
            - 1.047413699 * share(flows) { $0.hasPayload }
            + 3.163018548 * Double(shared.destinations) / Double(flows.count)
            - 3.260270447 * share(flows) { $0.isBackscatter }
    }

    /// Log-odds of a UDP scan.
    static func udp(_ flows: [RwscanFlow]) -> Double {
        let shared = Shared(flows)
        let ports = Set(flows.map(\.sourcePort)).count
        let low = lowPorts(flows)
        return -1.887907966
            + 0.543683505 * share(flows) { $0.isSmall }
            + 0.025150994 * Double(neighbours(flows))
            + 0.529094801 * Double(low.most)
            - 1.244182168 * Double(low.longestRun)
            - 0.001841634 * Double(shared.sourcePorts) / Double(shared.services)
            - 0.224548546 * share(flows) { $0.hasPayload }
            - 0.697943155 * Double(ports) / Double(flows.count)
    }

    private static func share(_ flows: [RwscanFlow], _ isCounted: (RwscanFlow) -> Bool) -> Double {
        Double(flows.count { isCounted($0) }) / Double(flows.count)
    }

    /// `calculate_shared_metrics`: its count of source ports starts anew at each destination.
    private struct Shared {
        var sourcePorts = 1
        var destinations = 1
        var services = 1

        init(_ flows: [RwscanFlow]) {
            for (before, flow) in zip(flows, flows.dropFirst()) {
                if flow.destination == before.destination {
                    if flow.sourcePort != before.sourcePort { sourcePorts += 1 }
                    if flow.destinationPort != before.destinationPort { services += 1 }
                } else {
                    sourcePorts = 1
                    destinations += 1
                    services += 1
                }
            }
        }
    }

    /// The longest run of neighbouring addresses within a /24.
    private static func neighbours(_ flows: [RwscanFlow]) -> Int {
        var longest = 1
        var run = 1
        for (before, flow) in zip(flows, flows.dropFirst()) where flow.destination != before.destination {
            let isNext =
                flow.destination.high == before.destination.high
                && flow.destination.low >> 8 == before.destination.low >> 8
                && flow.destination.low - before.destination.low == 1
            run = isNext ? run + 1 : 1
            longest = max(longest, run)
        }
        return longest
    }

    /// Of the ports below 1024 of one destination: the most, and the longest run of consecutive ones.
    private static func lowPorts(_ flows: [RwscanFlow]) -> (most: Int, longestRun: Int) {
        var ports: [IPAddress: Set<UInt16>] = [:]
        for flow in flows where flow.destinationPort < 1024 {
            ports[flow.destination, default: []].insert(flow.destinationPort)
        }
        var longest = 0
        for set in ports.values {
            for port in set where port == 0 || !set.contains(port - 1) {
                var end = port
                while set.contains(end) { end += 1 }
                longest = max(longest, Int(end - port))
            }
        }
        return (ports.values.map(\.count).max() ?? 0, longest)
    }
}
