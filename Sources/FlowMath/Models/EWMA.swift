/// Forecasts each value as the exponentially weighted mean of those before it (Roberts 1959); of each column that
/// weight is taken that had the least squared errors.
public struct EWMA: Sendable, Equatable {
    /// The weights of the newest value to choose from: above 0, at most 1.
    public var weights: [Double]
    /// The quantile of the errors' sizes that is the limit.
    public var quantile: Double

    /// By default weights from 0.02 to 1 are tried.
    public init(
        weights: [Double] = (1...50).map { Double($0) / 50 }, quantile: Double = ErrorLimits.defaultQuantile
    ) {
        self.weights = weights
        self.quantile = quantile
    }

    /// The means at the end of a table. Throws: `.badParameter`, `.tooFewRows` of less than 2, `.noRows`, `.notFinite`,
    /// `.badWeight`. Cost: O(n d weights).
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedEWMA {
        guard !weights.isEmpty, weights.allSatisfy({ $0 > 0 && $0 <= 1 }) else { throw .badParameter("weights") }
        guard (0...1).contains(quantile) else { throw .badParameter("quantile") }
        try table.check()
        guard table.rowCount > 1 else { throw .tooFewRows(table.rowCount, needed: 2) }
        return FittedEWMA(table, from: 1, quantile: quantile) { values in
            weights.lazy.map { WeightedMean(weight: $0, forecast: values[0]) }
        }
    }
}

/// The weighted means of columns.
public typealias FittedEWMA = FittedSmoothing<WeightedMean>

/// An exponentially weighted mean.
public struct WeightedMean: SmoothedColumn {
    private enum CodingKeys: String, CodingKey {
        case weight
        case forecast = "mean"
    }

    fileprivate let weight: Double
    public fileprivate(set) var forecast: Double

    public mutating func take(_ value: Double) { forecast += weight * (value - forecast) }

    public var isValid: Bool { true }
}
