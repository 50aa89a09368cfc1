import FlowMath
public import FlowModel

/// The second seed's batches: pairs outside Tukey's outer fences in connections, ports or bytes.
///
/// As published, faults included: a batch ends at any flow whose second is divisible by ten, and with no spread every
/// other value is an outlier. The source of an outlying pair is blamed. Source: analyzer_clean.py, pandas_analysis.py.
public struct Seed2: Rival {
    public static let summary = "the second seed: pairs outside Tukey's outer fences, in batches of ten seconds"

    private static let fence = 3.0

    private struct Pair: Hashable {
        var source: IPAddress
        var destination: IPAddress
    }
    private struct Activity {
        var connections = 0
        var ports: Set<UInt16> = []
        var bytesSent = 0.0
        var bytesReceived = 0.0
        var features: [Double] { [Double(connections), Double(ports.count), bytesSent, bytesReceived] }
    }
    private var pairs: [Pair: Activity] = [:]
    private var span: Window?

    /// A rule that has seen nothing.
    public init() {}

    public mutating func observe(_ flow: Flow, alerts: inout [RivalAlert]) {
        var activity = pairs.removeValue(forKey: Pair(source: flow.source, destination: flow.destination)) ?? Activity()
        activity.connections += 1
        activity.ports.insert(flow.destinationPort)
        activity.bytesSent += Double(flow.bytesSent)
        activity.bytesReceived += Double(flow.bytesReceived)
        pairs[Pair(source: flow.source, destination: flow.destination)] = activity
        let before = span ?? Window(start: flow.start, end: flow.start)
        span = Window(start: min(before.start, flow.start), end: max(before.end, flow.start))
        if flow.start.nanoseconds / 1_000_000_000 % 10 == 0 { finish(alerts: &alerts) }
    }

    public mutating func finish(alerts: inout [RivalAlert]) {
        guard let span else { return }
        let fences = (0..<4).map { feature in
            var values = pairs.values.map { $0.features[feature] }
            return Quartiles(reordering: &values)
        }
        for (pair, activity) in pairs {
            let isOutside = zip(activity.features, fences).contains { value, quartiles in
                guard let quartiles else { return false }
                return value > quartiles.upperFence(Self.fence) || value < quartiles.lowerFence(Self.fence)
            }
            if isOutside { alerts.append(RivalAlert(host: pair.source, from: span.start, to: span.end, score: 1)) }
        }
        pairs.removeAll(keepingCapacity: true)
        self.span = nil
    }
}
