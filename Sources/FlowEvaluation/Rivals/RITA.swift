public import FlowModel

/// RITA 5: pairs that call out like a beacon, stay connected for long or call every second, over 24 hours.
///
/// What conn.log alone tells: neither server names nor its DNS rules nor feeds. Days follow each other from the first
/// flow. Alerts where a threat score reaches its base; the score is the final one, modifiers included, against that of
/// the base. Source: activecm/rita, analysis/analysis.go, analysis/spagooper.go, default_config.hjson.
public struct RITA: Rival {
    public static let summary = "RITA 5: pairs that beacon, stay connected for long or call every second, over 24 hours"

    private static let day: Int64 = 86_400_000_000_000
    /// Calls of a pair that are kept, and from which on it is a strobe.
    private static let callLimit = 86_400
    /// Scores of the categories none, low, medium and high, which the thresholds stand for.
    private static let categories = [0.2, 0.4, 0.6, 0.8]
    private static let beaconThresholds = [0.5, 0.7, 0.9, 1.0]
    /// Seconds.
    private static let longThresholds = [3600.0, 14_400, 28_800, 43_200]
    private static let modifier = 0.15

    private struct Pair: Hashable {
        var source: IPAddress
        var destination: IPAddress
    }
    private struct Calls {
        var times: [Double] = []
        var bytes: [Double] = []
        var count = 0
        var seconds = 0.0
        var first: Timestamp
        var last: Timestamp
    }
    private var pairs: [Pair: Calls] = [:]
    private var internals: Set<IPAddress> = []
    private var span: Window?

    /// A rule that has seen nothing.
    public init() {}

    public mutating func observe(_ flow: Flow, alerts: inout [RivalAlert]) {
        if let span, flow.start >= span.start.advanced(by: Self.day) { finish(alerts: &alerts) }
        let before = span ?? Window(start: flow.start, end: flow.start)
        span = Window(start: min(before.start, flow.start), end: max(before.end, flow.start))
        let isOutgoing = flow.traits.contains(.sourceIsHome) && !flow.traits.contains(.destinationIsHome)
        let scope = flow.destination.scope
        guard isOutgoing, scope != .multicast, scope != .broadcast, scope != .link else { return }
        internals.insert(flow.source)
        let pair = Pair(source: flow.source, destination: flow.destination)
        var calls = pairs.removeValue(forKey: pair) ?? Calls(first: flow.start, last: flow.start)
        calls.count += 1
        if calls.times.count < Self.callLimit {
            calls.times.append(Double(flow.start.nanoseconds) * 1e-9)
            calls.bytes.append(Double(flow.bytesSent))
        }
        calls.seconds += Double(flow.duration) * 1e-9
        calls.first = min(calls.first, flow.start)
        calls.last = max(calls.last, flow.end)
        pairs[pair] = calls
    }

    public mutating func finish(alerts: inout [RivalAlert]) {
        guard let span else { return }
        var callers: [IPAddress: Int] = [:]
        for pair in pairs.keys { callers[pair.destination, default: 0] += 1 }
        for (pair, calls) in pairs {
            let threat = Self.threat(calls, span: span)
            guard threat > 0 else { continue }
            // Whatever one import holds was first seen within its seven days.
            var score = threat + Self.modifier
            let prevalence = Double(callers[pair.destination] ?? 0) / Double(max(1, internals.count))
            if prevalence <= 0.02 { score += Self.modifier } else if prevalence >= 0.5 { score -= Self.modifier }
            let multiple = max(1, score / Self.categories[0])
            var alert = RivalAlert(host: pair.source, from: calls.first, to: calls.last, score: multiple)
            // A day is looked at when it is over.
            alert.span.end = max(alert.span.end, span.end)
            alerts.append(alert)
        }
        pairs.removeAll()
        internals.removeAll()
        self.span = nil
    }

    private static func threat(_ calls: Calls, span: Window) -> Double {
        if calls.count >= callLimit { return categories[3] }
        var threat = bucket(calls.seconds, longThresholds)
        let beacon = RITABeacon.score(
            times: calls.times, bytes: calls.bytes, from: (Double(span.start.nanoseconds) * 1e-9).rounded(.down),
            to: (Double(span.end.nanoseconds) * 1e-9).rounded(.down))
        if let beacon { threat = max(threat, bucket(beacon, beaconThresholds)) }
        return threat
    }

    /// The score of a value between thresholds, interpolated; 0 below the first.
    static func bucket(_ value: Double, _ thresholds: [Double]) -> Double {
        guard value >= thresholds[0] else { return 0 }
        let place = value < thresholds[1] ? 0 : value < thresholds[2] ? 1 : 2
        let share = (min(value, thresholds[3]) - thresholds[place]) / (thresholds[place + 1] - thresholds[place])
        return categories[place] + share * (categories[place + 1] - categories[place])
    }
}
