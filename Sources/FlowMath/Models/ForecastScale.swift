/// What a network is shown of a row: its standardized values and, with a period, the time of the season as a point on a
/// circle.
struct ForecastScale: Sendable, Equatable, Codable {
    let means: [Double]
    /// Standard deviations; 1 where a column is constant.
    let deviations: [Double]
    let period: Int

    init(_ table: FeatureTable, period: Int) {
        let columns = (0..<table.columns.count).map { table.column($0) }
        let count = Double(table.rowCount)
        let means = columns.map { column in column.reduce(0) { $0 + $1 / count } }
        self.means = means
        deviations = zip(columns, means).map { column, mean in
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
            return variance > 0 && variance.isFinite ? variance.squareRoot() : 1
        }
        self.period = period
    }

    var inputs: Int { means.count + (period > 0 ? 2 : 0) }

    /// The rows of a table whose first is the `first`th of the series.
    func rows(_ table: FeatureTable, from first: Int) -> [Double] {
        var rows: [Double] = []
        rows.reserveCapacity(table.rowCount * inputs)
        for row in 0..<table.rowCount {
            for (column, value) in table.row(row).enumerated() {
                rows.append((value - means[column]) / deviations[column])
            }
            guard period > 0 else { continue }
            let angle = 2 * Double.pi * Double((first + row) % period) / Double(period)
            rows.append(sine(angle))
            rows.append(cosine(angle))
        }
        return rows
    }

    /// A standardized value in the unit of its column.
    func restored(_ value: Double, _ column: Int) -> Double { value * deviations[column] + means[column] }

    /// Whether it is what a fit writes, for so many columns.
    func isValid(_ width: Int) -> Bool {
        means.count == width && deviations.count == width && (0...1 << 20).contains(period)
            && deviations.allSatisfy { $0 > 0 }
    }
}
