import FlowMath
public import FlowModel

/// Rivals on their way through the flows of one input, and what they said of them.
///
/// Memory: rules keep what their systems do, rwscan 64 bytes a flow of an hour, RITA 16 a flow of a day.
public struct RivalRun {
    private var rivals: [(name: RivalName, rule: any Rival, said: Detection)]
    private var alerts: [RivalAlert] = []

    /// The rivals at the start of their input. Parameter threshold: the probability that an alert stands for.
    public init(_ names: [RivalName], threshold: Double) {
        rivals = names.map { ($0, $0.make(), Detection(ofRivalAt: threshold)) }
    }

    /// Shows flows to every rival. Parameter isHome: whether an address is ours.
    public mutating func observe(_ flows: [Flow], isHome: (IPAddress) -> Bool) {
        let flows = flows.map { flow in
            var flow = flow
            if isHome(flow.source) { flow.traits.insert(.sourceIsHome) }
            if isHome(flow.destination) { flow.traits.insert(.destinationIsHome) }
            return flow
        }
        for index in rivals.indices {
            for flow in flows { rivals[index].rule.observe(flow, alerts: &alerts) }
            take(into: index)
        }
    }

    /// What each rival said, with all said that there was to say.
    public mutating func finish() -> [(name: RivalName, detection: Detection)] {
        rivals.indices.map { index in
            rivals[index].rule.finish(alerts: &alerts)
            take(into: index)
            rivals[index].said.rankHosts()
            return (rivals[index].name, rivals[index].said)
        }
    }

    private mutating func take(into index: Int) {
        for alert in alerts { rivals[index].said.add(alert) }
        alerts.removeAll(keepingCapacity: true)
    }
}
