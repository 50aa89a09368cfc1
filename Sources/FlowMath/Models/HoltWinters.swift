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
        let choices = levelWeights.flatMap { level in
            trendWeights.flatMap { trend in seasonWeights.map { season in (level, trend, season) } }
        }
        return FittedHoltWinters(table, from: 2 * period, quantile: quantile) { values in
            choices.lazy.map { SeasonalTrend(values, period, $0.0, $0.1, $0.2) }
        }
    }
}

/// Level, trend and season of columns.
public typealias FittedHoltWinters = FittedSmoothing<SeasonalTrend>

/// A level, its trend, and what each time of the season adds.
public struct SeasonalTrend: SmoothedColumn {
    private let levelWeight: Double
    private let trendWeight: Double
    private let seasonWeight: Double
    private var level: Double
    private var trend: Double
    private var season: [Double]
    private var phase = 0

    /// The state after two seasons.
    fileprivate init(_ values: [Double], _ period: Int, _ level: Double, _ trend: Double, _ season: Double) {
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

    public var forecast: Double { level + trend + season[phase] }

    public mutating func take(_ value: Double) {
        let expected = level + trend
        let newLevel = levelWeight * (value - season[phase]) + (1 - levelWeight) * expected
        trend = trendWeight * (newLevel - level) + (1 - trendWeight) * trend
        season[phase] = seasonWeight * (value - expected) + (1 - seasonWeight) * season[phase]
        level = newLevel
        phase = phase + 1 == season.count ? 0 : phase + 1
    }

    public var isValid: Bool { season.indices.contains(phase) }
}
