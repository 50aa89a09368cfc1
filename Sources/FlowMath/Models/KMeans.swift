/// k-means: groups of rows around their means, in the units of the table (standardize it before).
///
/// Starts are drawn by greedy k-means++ (Arthur and Vassilvitskii 2007), moved by Hamerly's bounds (Hamerly 2010), which
/// give Lloyd's result without most of its distances; the best of several starts is kept. Rows that repeat are one.
public struct KMeans: Sendable, Equatable {
    /// How many clusters.
    public var clusters: Int
    /// How many starts, of which the best is kept.
    public var starts: Int
    /// At most so many moves of the centres a start.
    public var maximumIterations: Int
    /// A start ends when all centres together move less, in squared mean deviations of the columns.
    public var tolerance: Double
    /// Where random numbers begin.
    public var seed: UInt64

    /// That many clusters; the other defaults are scikit-learn's.
    public init(
        clusters: Int, starts: Int = 10, maximumIterations: Int = 300, tolerance: Double = 1e-4, seed: UInt64 = 1
    ) {
        self.clusters = clusters
        self.starts = starts
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
        self.seed = seed
    }

    /// The clusters of a table, rows weighted. Where fewer rows are distinct than there are clusters, each distinct row
    /// is one. Parameter progress: called with the share done, from 0 to 1. Throws: `.badParameter`, `.noRows`,
    /// `.notFinite`, `.badWeight`, `.fewerRows`. Cost: O(n d k) a start and, at first, an iteration; O(n) later.
    public func fit(_ table: FeatureTable, progress: (Double) -> Void = { _ in }) throws(ModelError) -> FittedKMeans {
        try check(table)
        return fit(DistinctRows(table), columns: table.columns.map(\.name), progress: progress)
    }

    func check(_ table: FeatureTable) throws(ModelError) {
        guard clusters > 0 else { throw .badParameter("clusters") }
        guard starts > 0 else { throw .badParameter("starts") }
        try table.check()
        guard table.rowCount >= clusters else { throw .fewerRows(table.rowCount, clusters: clusters) }
    }

    func fit(_ rows: DistinctRows, columns: [String], progress: (Double) -> Void) -> FittedKMeans {
        let moments = ColumnMoments(rows.values, width: rows.columnCount, weights: rows.weights)
        let limit = tolerance * moments.variances.reduce(0, +) / Double(rows.columnCount)
        var random = SeededGenerator(seed: seed)
        var seeding = KMeansSeeding(rows, clusters: min(clusters, rows.count))
        var moves = HamerlyMoves(rows)
        var best: HamerlyMoves.Outcome?
        for start in 0..<starts {
            let outcome = moves.run(from: seeding.centers(&random), iterations: maximumIterations, limit: limit)
            if best.map({ outcome.inertia < $0.inertia }) ?? true { best = outcome }
            progress(Double(start + 1) / Double(starts))
        }
        guard let best else { preconditionFailure("there is a start") }
        return FittedKMeans(
            columns: columns, centers: best.centers, sizes: best.sizes, inertia: best.inertia,
            iterations: best.iterations)
    }
}

/// The clusters that k-means found.
public struct FittedKMeans: Sendable, Equatable, Codable {
    /// The names of the columns.
    public let columns: [String]
    /// The centres, one after the other.
    public let centers: [Double]
    /// How many rows, or how much weight of them, each cluster had.
    public let sizes: [Double]
    /// The sum of the squared distances of the rows from their centres.
    public let inertia: Double
    /// How often the centres moved.
    public let iterations: Int

    /// The centre of a cluster. Traps if there is no such cluster.
    public func center(_ cluster: Int) -> [Double] {
        Array(centers[cluster * columns.count..<(cluster + 1) * columns.count])
    }

    /// The cluster of each row, the one with the nearest centre. Throws: `.otherColumns`, `.noRows`, `.notFinite`,
    /// `.badWeight`. Cost: O(n d k).
    public func labels(of table: FeatureTable) throws(ModelError) -> [Int32] {
        try table.check(columns: columns)
        return CenterLanes(centers, width: columns.count).nearest(table.values).map(\.center)
    }

    /// The Euclidean distance of each row from the nearest centre: how unlike any cluster it is. Throws as `labels`.
    public func distances(of table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        return CenterLanes(centers, width: columns.count).nearest(table.values).map { $0.squared.squareRoot() }
    }
}
