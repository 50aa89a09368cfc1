/// Forecasts each value from a level, a trend and the time of the season, added up; of each column those weights are
/// taken that had the least squared errors. Source: Winters 1960, in the form of Hyndman and Athanasopoulos 2021, ch.
/// 8.3.
public struct HoltWinters: Sendable, Equatable {
    /// How many rows make a season: a day, a week.
    public var period: Int
    /// The weights of the newest value in the level to choose from: 0 to 1.
    public var levelWeights: [Double]
    /// The weights of the newest change in the trend to choose from: 0 to 1.
    public var trendWeights: [Double]
    /// The weights of the newest value in the season to choose from: 0 to 1.
    public var seasonWeights: [Double]
    /// The quantile of the errors' sizes that is the limit.
    public var quantile: Double

    /// By default level weights from 0.05 to 0.95 are tried, trend weights up to 0.1 and season weights up to 0.5.
    public init(
        period: Int, levelWeights: [Double] = [0.005, 0.02] + (1...19).map { Double($0) / 20 },
        trendWeights: [Double] = [0, 0.001, 0.01, 0.05, 0.1],
        seasonWeights: [Double] = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5], quantile: Double = ErrorLimits.defaultQuantile
    ) {
        self.period = period
        self.levelWeights = levelWeights
        self.trendWeights = trendWeights
        self.seasonWeights = seasonWeights
        self.quantile = quantile
    }

    /// The state at the end of a table: it begins with the means of the first two seasons, and errors count from the
    /// third. Throws: `.badParameter`, `.tooFewRows` of less than three seasons, `.noRows`, `.notFinite`, `.badWeight`.
    /// Cost: O(n d) times the combinations of weights.
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedHoltWinters {
        guard (2...1 << 20).contains(period) else { throw .badParameter("period") }
        for (weights, name) in [
            (levelWeights, "levelWeights"), (trendWeights, "trendWeights"), (seasonWeights, "seasonWeights"),
        ] where weights.isEmpty || !weights.allSatisfy({ (0...1).contains($0) }) { throw .badParameter(name) }
        guard (0...1).contains(quantile) else { throw .badParameter("quantile") }
        try table.check()
        guard table.rowCount >= period * 3 else { throw .tooFewRows(table.rowCount, needed: period * 3) }
        let width = table.columns.count
        let learnt = RowChunks.concurrently(width) { learn(table.column($0)) }
        var forecasts = [Double](repeating: 0, count: table.values.count)
        for (column, result) in learnt.enumerated() {
            for (row, forecast) in result.forecasts.enumerated() {
                forecasts[(2 * period + row) * width + column] = forecast
            }
        }
        let limits = ErrorLimits(table, forecasts, from: 2 * period, quantile: quantile)
        return FittedHoltWinters(columns: table.columns.map(\.name), limits: limits, state: learnt.map(\.state))
    }

    private func learn(_ values: [Double]) -> (state: FittedHoltWinters.Column, forecasts: [Double]) {
        let later = values[(2 * period)...]
        var least = Double.infinity
        var best = FittedHoltWinters.Column(values, period, levelWeights[0], trendWeights[0], seasonWeights[0])
        for level in levelWeights {
            for trend in trendWeights {
                for season in seasonWeights {
                    let start = FittedHoltWinters.Column(values, period, level, trend, season)
                    var column = start
                    var squares = 0.0
                    for value in later {
                        let error = value - column.forecast
                        squares += error * error
                        column.take(value)
                    }
                    guard squares < least else { continue }
                    least = squares
                    best = start
                }
            }
        }
        let forecasts = later.map { value in
            let forecast = best.forecast
            best.take(value)
            return forecast
        }
        return (best, forecasts)
    }
}

/// Level, trend and season of columns.
public struct FittedHoltWinters: FittedForecaster, Equatable {
    fileprivate struct Column: Sendable, Equatable, Codable {
        let levelWeight: Double
        let trendWeight: Double
        let seasonWeight: Double
        var level: Double
        var trend: Double
        var season: [Double]
        var phase = 0

        /// The state after two seasons.
        init(_ values: [Double], _ period: Int, _ level: Double, _ trend: Double, _ season: Double) {
            levelWeight = level
            trendWeight = trend
            seasonWeight = season
            let count = Double(period)
            let first = values[..<period].reduce(0, +) / count
            let second = values[period..<2 * period].reduce(0, +) / count
            self.trend = (second - first) / count
            // The mean is that of the middle of a season.
            self.level = second + self.trend * (count - 1) / 2
            self.season = (0..<period).map { ((values[$0] - first) + (values[period + $0] - second)) / 2 }
        }

        var forecast: Double { level + trend + season[phase] }

        mutating func take(_ value: Double) {
            let expected = level + trend
            let newLevel = levelWeight * (value - season[phase]) + (1 - levelWeight) * expected
            trend = trendWeight * (newLevel - level) + (1 - trendWeight) * trend
            season[phase] = seasonWeight * (value - expected) + (1 - seasonWeight) * season[phase]
            level = newLevel
            phase = phase + 1 == season.count ? 0 : phase + 1
        }
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
        try Self.require(state.allSatisfy { $0.season.indices.contains($0.phase) }, in: decoder)
        try Self.require(limits.isValid(columns.count), in: decoder)
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
}
