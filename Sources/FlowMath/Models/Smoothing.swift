/// What forecasts a column from what it keeps of the values before.
public protocol SmoothedColumn: Sendable, Equatable, Codable {
    /// What the next value is expected to be.
    var forecast: Double { get }

    /// Learns the next value.
    mutating func take(_ value: Double)

    /// Whether it is what a fit writes.
    var isValid: Bool { get }
}

/// Columns that each forecast themselves: a fitted `EWMA` or `HoltWinters`.
public struct FittedSmoothing<Column: SmoothedColumn>: FittedForecaster, Equatable {
    private enum CodingKeys: CodingKey { case columns, limits, state }

    public let columns: [String]
    public let limits: ErrorLimits
    private let state: [Column]

    /// Takes of each column the candidate, given its values, with the least squared errors, from row `first` on, which a
    /// candidate begins before; then learns the rows with it. The table has passed its check, and there are candidates.
    init<Candidates: Sequence<Column>>(
        _ table: FeatureTable, from first: Int, quantile: Double, _ candidates: ([Double]) -> Candidates
    ) {
        let width = table.columns.count
        var forecasts = [Double](repeating: 0, count: table.values.count)
        let learnt = RowChunks.concurrently(width) { Self.learn(table.column($0), from: first, candidates) }
        for (column, result) in learnt.enumerated() {
            for (row, forecast) in result.forecasts.enumerated() {
                forecasts[(first + row) * width + column] = forecast
            }
        }
        columns = table.columns.map(\.name)
        limits = ErrorLimits(table, forecasts, from: first, quantile: quantile)
        state = learnt.map(\.state)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([String].self, forKey: .columns)
        limits = try container.decode(ErrorLimits.self, forKey: .limits)
        state = try container.decode([Column].self, forKey: .state)
        try Self.require(!columns.isEmpty && state.count == columns.count, in: decoder)
        try Self.require(state.allSatisfy(\.isValid) && limits.isValid(columns.count), in: decoder)
    }

    public func forecast(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        var state = state
        return table.values.enumerated().map { place, value in
            let column = place % state.count
            let forecast = state[column].forecast
            state[column].take(value)
            return forecast
        }
    }

    private static func learn<Candidates: Sequence<Column>>(
        _ values: [Double], from first: Int, _ candidates: ([Double]) -> Candidates
    ) -> (state: Column, forecasts: [Double]) {
        let later = values[first...]
        var best: (squares: Double, state: Column)?
        for candidate in candidates(values) {
            var state = candidate
            var squares = 0.0
            for value in later {
                let error = value - state.forecast
                squares += error * error
                state.take(value)
            }
            // A sum that is no number is worse than any.
            if best.map({ squares < $0.squares || $0.squares.isNaN }) ?? true { best = (squares, candidate) }
        }
        guard var state = best?.state else { preconditionFailure("there are candidates") }
        let forecasts = later.map { value in
            let forecast = state.forecast
            state.take(value)
            return forecast
        }
        return (state, forecasts)
    }
}
