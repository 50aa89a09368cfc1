public import FlowMath

/// What the rows of a feature table are about.
public enum FeatureSubject: String, Sendable, Codable, CaseIterable {
    case flow, pair, host, window

    /// The columns of its table.
    public var columns: [FeatureTable.Column] {
        switch self {
        case .flow: FlowFeatureBuilder.columns
        case .pair: PairFeatureBuilder.columns
        case .host: HostFeatureBuilder.columns
        case .window: WindowFeatureBuilder.columns
        }
    }

    /// What makes its table. Parameter window: nanoseconds, at least a millisecond; flows have none, hosts may have
    /// none, pairs and windows have 10 s with nil. Parameter fill: of pairs and windows.
    public func builder(
        window: Int64?, fill: FeatureFill = .none, limits: FeatureLimits = FeatureLimits()
    ) -> any FeatureBuilder {
        let length = window ?? 10_000_000_000
        return switch self {
        case .flow: FlowFeatureBuilder(limits: limits)
        case .pair: PairFeatureBuilder(window: length, fill: fill, limits: limits)
        case .host: HostFeatureBuilder(window: window, limits: limits)
        case .window: WindowFeatureBuilder(window: length, fill: fill, limits: limits)
        }
    }
}
