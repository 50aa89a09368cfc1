/// Histogram-based outlier score: how thin the bins of a row's values are, column by column, as PyOD's HBOS computes it.
///
/// The score is −Σ log2(density + alpha). A value on the edge of two bins is counted in the upper one and scored by the
/// lower one, and densities are per unit of the column, both as PyOD does. A constant column gives each row the same
/// share, and so it does to whatever comes later. Source: Goldstein and Dengel 2012.
public struct HBOS: Sendable, Equatable {
    /// How many bins of equal width each column has.
    public var bins: Int
    /// What is added to a density, so that an empty bin has a logarithm.
    public var alpha: Double
    /// How many widths of a bin a value may lie outside of all bins to be scored by the outermost one.
    public var tolerance: Double

    /// PyOD's defaults.
    public init(bins: Int = 10, alpha: Double = 0.1, tolerance: Double = 0.5) {
        self.bins = bins
        self.alpha = alpha
        self.tolerance = tolerance
    }

    /// The histograms of a table, weighted. Throws: `.badParameter`, `.noRows`, `.notFinite` (also where a column spans
    /// more than a number holds), `.badWeight`. Cost: O(n d).
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedHBOS {
        guard bins > 0, bins <= 1 << 16 else { throw .badParameter("bins") }
        guard alpha > 0, alpha.isFinite else { throw .badParameter("alpha") }
        guard tolerance >= 0, tolerance.isFinite else { throw .badParameter("tolerance") }
        try table.check()
        let ranges = Self.ranges(table)
        for (column, range) in ranges.enumerated() where !(range.upperBound - range.lowerBound).isFinite {
            throw .notFinite(row: 0, column: table.columns[column].name)
        }
        let grids = ranges.map { BinGrid($0, bins: bins) }
        let counts = Self.counts(table, grids, bins: bins)
        let total = table.totalWeight
        let shares = grids.indices.flatMap { column -> [Double] in
            let grid = grids[column]
            guard grid.isDivided else { return Array(repeating: 0, count: bins) }
            let shares = (0..<bins).map { bin in
                let density = counts[column * bins + bin] / (grid.edges[bin + 1] - grid.edges[bin]) / total
                return -logarithm2(density + alpha)
            }
            let range = ranges[column]
            guard range.lowerBound == range.upperBound else { return shares }
            return Array(repeating: shares[grid.scored(range.lowerBound)], count: bins)
        }
        return FittedHBOS(
            columns: table.columns.map(\.name), bins: bins, tolerance: tolerance, edges: grids.map(\.edges),
            shares: shares)
    }

    private static func ranges(_ table: FeatureTable) -> [ClosedRange<Double>] {
        let width = table.columns.count
        let parts = table.values.withUnsafeBufferPointer { values in
            RowChunks.map(table.rowCount) { rows in
                var lows = Array(values[rows.lowerBound * width..<(rows.lowerBound + 1) * width])
                var highs = lows
                for row in rows {
                    for column in 0..<width {
                        let value = values[row * width + column]
                        if value < lows[column] { lows[column] = value }
                        if value > highs[column] { highs[column] = value }
                    }
                }
                return (lows, highs)
            }
        }
        return (0..<width).map { column in
            var low = Double.infinity
            var high = -Double.infinity
            for part in parts {
                low = min(low, part.0[column])
                high = max(high, part.1[column])
            }
            return low...high
        }
    }

    private static func counts(_ table: FeatureTable, _ grids: [BinGrid], bins: Int) -> [Double] {
        let width = table.columns.count
        let parts = table.values.withUnsafeBufferPointer { values in
            RowChunks.map(table.rowCount) { rows in
                var counts = [Double](repeating: 0, count: width * bins)
                for column in 0..<width where grids[column].isDivided {
                    let grid = grids[column]
                    for row in rows {
                        let bin = grid.counted(values[row * width + column])
                        counts[column * bins + bin] += table.weights?[row] ?? 1
                    }
                }
                return counts
            }
        }
        var counts = [Double](repeating: 0, count: width * bins)
        for part in parts { for place in counts.indices { counts[place] += part[place] } }
        return counts
    }
}

/// Histograms of the columns of a table.
public struct FittedHBOS: FittedModel, Equatable {
    public let columns: [String]
    private let bins: Int
    private let tolerance: Double
    private let edges: [[Double]]
    /// Of each column and bin: −log2(density + alpha).
    private let shares: [Double]

    fileprivate init(columns: [String], bins: Int, tolerance: Double, edges: [[Double]], shares: [Double]) {
        self.columns = columns
        self.bins = bins
        self.tolerance = tolerance
        self.edges = edges
        self.shares = shares
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([String].self, forKey: .columns)
        bins = try container.decode(Int.self, forKey: .bins)
        tolerance = try container.decode(Double.self, forKey: .tolerance)
        edges = try container.decode([[Double]].self, forKey: .edges)
        shares = try container.decode([Double].self, forKey: .shares)
        try Self.require(bins > 0 && bins <= 1 << 16 && !columns.isEmpty && edges.count == columns.count, in: decoder)
        try Self.require(edges.allSatisfy { $0.count == bins + 1 && $0.allSatisfy(\.isFinite) }, in: decoder)
        try Self.require(shares.count == columns.count * bins, in: decoder)
    }

    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        let width = columns.count
        let judges = judges
        return [Double](unsafeUninitializedCapacity: table.rowCount) { buffer, filled in
            let scores = buffer
            table.values.withUnsafeBufferPointer { values in
                RowChunks.forEach(table.rowCount) { rows in
                    for row in rows { scores[row] = 0 }
                    for column in 0..<width {
                        let judge = judges[column]
                        for row in rows { scores[row] += judge.share(of: values[row * width + column]) }
                    }
                }
            }
            filled = table.rowCount
        }
    }

    /// How much more each column adds to the score of a row than the fullest bin of the column would, most first.
    /// Throws: `.otherColumns` where the row has more or fewer values, `.notFinite`.
    public func shares(of row: ArraySlice<Double>) throws(ModelError) -> [ColumnShare] {
        guard row.count == columns.count else { throw .otherColumns }
        for (value, column) in zip(row, columns) where !value.isFinite { throw .notFinite(row: 0, column: column) }
        return ColumnShare.ranked(columns, zip(judges, row).map { $0.share(of: $1) - $0.least })
    }

    private var judges: [HistogramJudge] {
        columns.indices.map { column in
            HistogramJudge(
                grid: BinGrid(edges[column]), shares: Array(shares[column * bins..<(column + 1) * bins]),
                tolerance: tolerance)
        }
    }
}
