/// Named columns of numbers with units: what features are written to and what models learn from and judge.
///
/// Row-major: the values of a row lie together, which is what distances want; `column` copies one out for what goes
/// column by column.
public struct FeatureTable: Sendable, Equatable {
    /// What a column is.
    public struct Column: Sendable, Equatable, Codable {
        /// Its name, as in docs/features.md: `bytes_sent`.
        public var name: String
        /// Its unit: `B`, `s`, `B/s`; empty for a count, a share or a flag.
        public var unit: String

        /// A column of that name and unit.
        public init(_ name: String, unit: String = "") {
            self.name = name
            self.unit = unit
        }
    }

    /// The columns, in the order of the values of a row.
    public let columns: [Column]
    /// The values, row after row.
    public private(set) var values: [Double]
    /// How often each row stands for itself: 1 where there are no weights.
    public private(set) var weights: [Double]?

    /// A table without rows.
    public init(columns: [Column]) {
        self.columns = columns
        values = []
        weights = nil
    }

    /// A table of the rows that follow each other in `values`. Traps if they, or the weights, do not come out even: what
    /// reads tables from outside checks first.
    public init(columns: [Column], values: [Double], weights: [Double]? = nil) {
        let rows = columns.isEmpty ? 0 : values.count / columns.count
        precondition(rows * columns.count == values.count, "values do not fill whole rows")
        precondition(weights == nil || weights?.count == rows, "one weight a row")
        self.columns = columns
        self.values = values
        self.weights = weights
    }

    /// How many rows there are.
    public var rowCount: Int { columns.isEmpty ? 0 : values.count / columns.count }

    /// The values of a row. Traps if there is no such row.
    public func row(_ index: Int) -> ArraySlice<Double> {
        values[index * columns.count..<(index + 1) * columns.count]
    }

    /// A copy of a column's values, by row. Traps if there is no such column.
    public func column(_ index: Int) -> [Double] {
        (0..<rowCount).map { values[$0 * columns.count + index] }
    }

    /// Appends a row; a weight makes every row before it without one weigh 1. Traps if it has more or fewer values than
    /// there are columns.
    public mutating func append(_ row: [Double], weight: Double? = nil) {
        precondition(row.count == columns.count, "one value a column")
        if let weight {
            if weights == nil { weights = Array(repeating: 1, count: rowCount) }
            weights?.append(weight)
        } else {
            weights?.append(1)
        }
        values.append(contentsOf: row)
    }
}
