/// Histogram-based outlier score: how thin the bins of a row's values are, column by column, as PyOD's HBOS computes
/// it.
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
        try learn(table).model
    }

    /// As `fit` and then `score` of the same table, in two thirds of the time: looks each value's bin up once.
    public func fitAndScore(_ table: FeatureTable) throws(ModelError) -> (model: FittedHBOS, scores: [Double]) {
        let (model, bins) = try learn(table)
        return (model, model.scores(ofBins: bins))
    }

    /// The model, and the bin each value is scored by.
    private func learn(_ table: FeatureTable) throws(ModelError) -> (model: FittedHBOS, bins: [UInt16]) {
        guard bins > 0, bins <= 1 << 16 else { throw .badParameter("bins") }
        guard alpha > 0, alpha.isFinite else { throw .badParameter("alpha") }
        guard tolerance >= 0, tolerance.isFinite else { throw .badParameter("tolerance") }
        let ranges = try table.checkedRanges()
        for (column, range) in ranges.enumerated() where !(range.upperBound - range.lowerBound).isFinite {
            throw .notFinite(row: 0, column: table.columns[column].name)
        }
        let histograms = Histograms(ranges, bins: bins)
        let (counts, scored) = histograms.counts(table)
        let total = table.totalWeight
        let shares = ranges.enumerated().flatMap { column, range -> [Double] in
            guard histograms.isDivided(column) else { return Array(repeating: 0, count: bins) }
            let shares = (0..<bins).map { bin in
                let edge = column * (bins + 1) + bin
                let binWidth = histograms.edges[edge + 1] - histograms.edges[edge]
                return -logarithm2(counts[column * bins + bin] / binWidth / total + alpha)
            }
            guard range.lowerBound == range.upperBound else { return shares }
            let bin = histograms.withPointers { $0.scored(range.lowerBound, column) }
            return Array(repeating: shares[bin], count: bins)
        }
        let model = FittedHBOS(
            columns: table.columns.map(\.name), tolerance: tolerance, histograms: histograms, shares: shares)
        return (model, scored)
    }
}

/// Histograms of the columns of a table.
public struct FittedHBOS: FittedModel, Equatable {
    private enum CodingKeys: String, CodingKey { case columns, bins, tolerance, edges, shares }

    public let columns: [String]
    private let tolerance: Double
    private let histograms: Histograms
    /// Of each column and bin: −log2(density + alpha).
    private let shares: [Double]
    /// Of each column: the values its bins judge, the share of others, and the least share.
    private let lows: [Double]
    private let highs: [Double]
    private let most: [Double]
    private let least: [Double]

    fileprivate init(columns: [String], tolerance: Double, histograms: Histograms, shares: [Double]) {
        self.columns = columns
        self.tolerance = tolerance
        self.histograms = histograms
        self.shares = shares
        let bins = histograms.bins
        let edges = histograms.edges
        let firsts = columns.indices.map { $0 * (bins + 1) }
        lows = firsts.map { first -> Double in edges[first] - (edges[first + 1] - edges[first]) * tolerance }
        highs = firsts.map { first -> Double in
            let last = first + bins
            return edges[last] + (edges[last] - edges[last - 1]) * tolerance
        }
        let columnShares = columns.indices.map { shares[$0 * bins..<($0 + 1) * bins] }
        most = columnShares.map { $0.max() ?? 0 }
        least = columnShares.map { $0.min() ?? 0 }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let columns = try container.decode([String].self, forKey: .columns)
        let bins = try container.decode(Int.self, forKey: .bins)
        let tolerance = try container.decode(Double.self, forKey: .tolerance)
        let edges = try container.decode([Double].self, forKey: .edges)
        let shares = try container.decode([Double].self, forKey: .shares)
        try Self.require((1...1 << 16).contains(bins) && !columns.isEmpty, in: decoder)
        try Self.require(edges.count == columns.count * (bins + 1) && edges.allSatisfy(\.isFinite), in: decoder)
        try Self.require(shares.count == columns.count * bins, in: decoder)
        self.init(
            columns: columns, tolerance: tolerance, histograms: Histograms(edges: edges, bins: bins), shares: shares)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(histograms.bins, forKey: .bins)
        try container.encode(tolerance, forKey: .tolerance)
        try container.encode(histograms.edges, forKey: .edges)
        try container.encode(shares, forKey: .shares)
    }

    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        let width = columns.count
        return [Double](unsafeUninitializedCapacity: table.rowCount) { buffer, filled in
            let scores = buffer
            table.values.withUnsafeBufferPointer { values in
                histograms.withPointers { finder in
                    RowChunks.forEach(table.rowCount) { rows in
                        for row in rows { scores[row] = 0 }
                        // A column at a time: its few numbers stay in registers.
                        for column in 0..<width {
                            let judge = judge(column, finder)
                            for row in rows { scores[row] += judge.share(of: values[row &* width &+ column]) }
                        }
                    }
                }
            }
            filled = table.rowCount
        }
    }

    /// The scores of the fitted rows, of whose values the bins are known.
    fileprivate func scores(ofBins bins: [UInt16]) -> [Double] {
        let width = columns.count
        let count = bins.count / width
        return [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            nonisolated(unsafe) let scores = buffer
            bins.withUnsafeBufferPointer { bins in
                shares.withUnsafeBufferPointer { shares in
                    RowChunks.forEach(count) { rows in
                        for row in rows {
                            var score = 0.0
                            for column in 0..<width {
                                score += shares[column &* histograms.bins &+ Int(bins[row &* width &+ column])]
                            }
                            scores[row] = score
                        }
                    }
                }
            }
            filled = count
        }
    }

    /// How much more each column adds to the score of a row than the fullest bin of the column would, most first.
    /// Throws: `.otherColumns` where the row has more or fewer values, `.notFinite`.
    public func shares(of row: ArraySlice<Double>) throws(ModelError) -> [ColumnShare] {
        guard row.count == columns.count else { throw .otherColumns }
        for (value, column) in zip(row, columns) where !value.isFinite { throw .notFinite(row: 0, column: column) }
        let above = histograms.withPointers { finder in
            row.enumerated().map { judge($0, finder).share(of: $1) - least[$0] }
        }
        return ColumnShare.ranked(columns, above)
    }

    /// What a column says of values.
    private struct Judge {
        let low: Double
        let high: Double
        let most: Double
        let shares: ArraySlice<Double>
        let finder: Histograms.Finder
        let column: Int

        /// The share of a value's bin; of the emptiest one where the value lies farther outside than tolerated.
        @inline(__always)
        func share(of value: Double) -> Double {
            guard value >= low, value <= high else { return most }
            return shares[shares.startIndex &+ finder.scored(value, column)]
        }
    }

    private func judge(_ column: Int, _ finder: Histograms.Finder) -> Judge {
        Judge(
            low: lows[column], high: highs[column], most: most[column],
            shares: shares[column * histograms.bins..<(column + 1) * histograms.bins], finder: finder, column: column)
    }
}
