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
        let width = table.columns.count
        var forecasts = [Double](repeating: 0, count: table.values.count)
        let chosen = (0..<width).map { index in
            let values = table.column(index)
            var least = Double.infinity
            var best = FittedEWMA.Column(weight: weights[0], mean: values[0])
            for weight in weights {
                var column = FittedEWMA.Column(weight: weight, mean: values[0])
                let squares = values.reduce(0) { sum, value in
                    let error = value - column.mean
                    column.take(value)
                    return sum + error * error
                }
                if squares < least {
                    least = squares
                    best = column
                }
            }
            var column = FittedEWMA.Column(weight: best.weight, mean: values[0])
            for (row, value) in values.enumerated() {
                forecasts[row * width + index] = column.mean
                column.take(value)
            }
            return column
        }
        let limits = ErrorLimits(table, forecasts, from: 1, quantile: quantile)
        return FittedEWMA(columns: table.columns.map(\.name), limits: limits, state: chosen)
    }
}

/// The weighted means of columns.
public struct FittedEWMA: FittedForecaster, Equatable {
    fileprivate struct Column: Sendable, Equatable, Codable {
        let weight: Double
        var mean: Double

        mutating func take(_ value: Double) { mean += weight * (value - mean) }
    }

    public let columns: [String]
    public let limits: ErrorLimits
    private let state: [Column]

    fileprivate init(columns: [String], limits: ErrorLimits, state: [Column]) {
        self.columns = columns
        self.limits = limits
        self.state = state
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([String].self, forKey: .columns)
        limits = try container.decode(ErrorLimits.self, forKey: .limits)
        state = try container.decode([Column].self, forKey: .state)
        try Self.require(!columns.isEmpty && state.count == columns.count, in: decoder)
        try Self.require(limits.isValid(columns.count), in: decoder)
    }

    public func forecast(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        var state = state
        return table.values.enumerated().map { place, value in
            let column = place % state.count
            let forecast = state[column].mean
            state[column].take(value)
            return forecast
        }
    }
}
