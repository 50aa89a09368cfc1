public import FlowFeatures
import FlowMath
import FlowModel
public import FlowState

/// Settings of `pair-outlier`.
public struct PairOutlierSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Which of Tukey's fences a pair must be outside of.
    public var fence = Fence.outer
    /// The features compared.
    public var features: [PairFeature] = PairFeature.allCases
    /// The defaults.
    public init() {}

    /// Tukey's fences (Tukey 1977): 1.5 and 3 interquartile ranges beyond the quartiles.
    public enum Fence: String, Codable, Sendable, CaseIterable {
        case inner
        case outer
        /// Interquartile ranges beyond the quartiles.
        public var factor: Double { self == .inner ? 1.5 : 3 }
    }
}

/// What `pair-outlier` compares between the pairs of a window.
public enum PairFeature: String, Codable, Sendable, CaseIterable {
    case connections
    case destinationPorts
    case bytesSent
    case bytesReceived
}

/// `pair-outlier`: Tukey's fences over the pairs of a window, the second seed's final analyzer.
///
/// Null model: none worth the name. Counts are discrete and heavy-tailed, so with an interquartile range of 0 every
/// busy pair lies outside; being outside is therefore listed, but only a distance that ordinary windows do not reach
/// on a log scale weighs anything, and little. Source: Tukey 1977; pandas `quantile`.
public struct PairOutlierDetector: Detector {
    public static let profile = DetectorProfile(
        name: .pairOutlier,
        watchesFor: "pairs outside Tukey's fences of their 10 s window",
        weight: "little: a discrete count with no spread makes every busy pair an outlier",
        family: .window, cap: 1.5,
        capSource: "context: with the prior of -7 a probability of 0.004",
        evidence: .further)

    /// Scale, in octaves, below which the spread of a feature is never taken: a factor of four is nothing.
    static let minimumOctaves = 2.0
    /// Robust distance from which an outlier weighs anything.
    static let weighsFrom = 3.0
    /// Most evidence one window gives, in nats.
    static let maximumEvidence = 0.5

    private let settings: PairOutlierSettings
    private let watched: [Bool]
    private var column: [Double] = []

    /// A detector with the given fence and features.
    public init(_ settings: PairOutlierSettings) {
        self.settings = settings
        watched = PairFeature.allCases.map { settings.features.contains($0) }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        // Each window is judged by itself.
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        let features = PairFeature.allCases
        var lower = Array(repeating: -Double.infinity, count: features.count)
        var upper = Array(repeating: Double.infinity, count: features.count)
        var scales: [(center: Double, octaves: Double)] = Array(repeating: (0, 1), count: features.count)
        for (index, feature) in features.enumerated() where watched[index] {
            column.removeAll(keepingCapacity: true)
            for pair in window.pairs { column.append(Self.value(feature, of: pair)) }
            guard let quartiles = Quartiles(reordering: &column) else { return }
            lower[index] = quartiles.lowerFence(settings.fence.factor)
            upper[index] = quartiles.upperFence(settings.fence.factor)
            let spread = logarithm2((1 + quartiles.third) / (1 + quartiles.first))
            scales[index] = (logarithm2(1 + quartiles.third), max(Self.minimumOctaves, spread))
        }
        var counted = 0
        for (index, pair) in window.pairs.enumerated() {
            let values = (
                Double(pair.connections), Double(pair.destinationPorts), Double(pair.bytesSent),
                Double(pair.bytesReceived)
            )
            let isOutside =
                values.0 < lower[0] || values.0 > upper[0] || values.1 < lower[1] || values.1 > upper[1]
                || values.2 < lower[2] || values.2 > upper[2] || values.3 < lower[3] || values.3 > upper[3]
            guard isOutside else { continue }
            // Sizes are heavy-tailed everywhere: only counts weigh.
            var distance = 0.0
            if values.0 > upper[0] {
                distance = (logarithm2(1 + values.0) - scales[0].center) / scales[0].octaves
            }
            if values.1 > upper[1] {
                distance = max(distance, (logarithm2(1 + values.1) - scales[1].center) / scales[1].octaves)
            }
            let weighs = distance > Self.weighsFrom && pair.replyPorts * 2 <= pair.destinationPorts
            guard weighs || findings.takesAll else {
                counted += 1
                continue
            }
            let list = [values.0, values.1, values.2, values.3]
            let outside = list.indices.map { list[$0] < lower[$0] || list[$0] > upper[$0] }
            findings.add(
                Finding(
                    detector: Self.name, subject: tables.hosts.key(of: pair.source),
                    peer: tables.hosts.address(of: pair.destination), span: window.window, score: distance,
                    baseline: upper[Self.worst(list, upper, outside)],
                    evidence: weighs ? min(Self.maximumEvidence, 0.25 * (distance - Self.weighsFrom) + 0.1) : 0,
                    flows: Int(pair.connections),
                    reason: PairOutlierReason(values: list, fences: upper, outside: outside),
                    sample: tables.sample(window.firstFlows[index])))
        }
        findings.count(Self.name, counted)
    }

    private static func value(_ feature: PairFeature, of pair: PairActivity) -> Double {
        switch feature {
        case .connections: Double(pair.connections)
        case .destinationPorts: Double(pair.destinationPorts)
        case .bytesSent: Double(pair.bytesSent)
        case .bytesReceived: Double(pair.bytesReceived)
        }
    }

    /// The feature farthest outside, as a ratio.
    static func worst(_ values: [Double], _ fences: [Double], _ outside: [Bool]) -> Int {
        var worst = outside.firstIndex(of: true) ?? 0
        for index in values.indices where outside[index] {
            if (1 + values[index]) / (1 + abs(fences[index])) > (1 + values[worst]) / (1 + abs(fences[worst])) {
                worst = index
            }
        }
        return worst
    }
}
