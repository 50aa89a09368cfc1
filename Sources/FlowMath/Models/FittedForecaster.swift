/// What forecasts each row from those before. The rows of a table are windows of the same length that follow each other
/// without gaps; the table that is judged follows the one that was learnt from.
public protocol FittedForecaster: FittedModel {
    /// How large an error is large.
    var limits: ErrorLimits { get }

    /// One step ahead: what each value was expected to be, row after row, knowing the fitted table and the rows before.
    /// Throws: `.otherColumns`, `.noRows`, `.notFinite`, `.badWeight`.
    func forecast(_ table: FeatureTable) throws(ModelError) -> [Double]
}

extension FittedForecaster {
    /// Of each row the largest of its columns' errors, in limits of the column: above 1 lies beyond a limit.
    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        let forecasts = try forecast(table)
        let width = columns.count
        return (0..<table.rowCount).map { row in
            (0..<width).reduce(0) { worst, column in
                let place = row * width + column
                return max(worst, abs(table.values[place] - forecasts[place]) / limits.limits[column])
            }
        }
    }
}

/// Empirical quantiles of the sizes of forecasts' errors.
public struct ErrorLimits: Sendable, Equatable, Codable {
    /// The default quantile.
    public static let defaultQuantile = 0.99

    /// Of each column; above 0, since an error of rounding is not large where all forecasts were right.
    public let limits: [Double]

    /// The limits of row-major values and what was forecast of them, from `first` on.
    init(_ table: FeatureTable, _ forecasts: [Double], from first: Int, quantile: Double) {
        let width = table.columns.count
        limits = (0..<width).map { column in
            var size = Double.leastNormalMagnitude
            let errors = (first..<max(first, table.rowCount)).map { row in
                let place = row * width + column
                size = max(size, abs(table.values[place]))
                return abs(table.values[place] - forecasts[place])
            }
            let limit = Statistics.quantile(quantile, ofSorted: errors.sorted())
            return errors.isEmpty || !limit.isFinite ? .greatestFiniteMagnitude : max(limit, size * 1e-9)
        }
    }

    /// Whether it is what a fit writes, for so many columns.
    func isValid(_ width: Int) -> Bool { limits.count == width && limits.allSatisfy { $0 > 0 && $0.isFinite } }
}
