import Glibc

/// Spectral clustering by an RBF affinity, exp(−γ · squared distance), as scikit-learn's with `affinity="rbf"`; but the
/// affinities of all rows with all are never built.
///
/// Rows that repeat are one with their weight. Where more than `landmarks` remain, landmarks stand for the rows nearest to
/// them (Yan, Huang and Jordan 2009): rows drawn farthest first (Gonzalez 1985), so that what lies apart keeps a landmark
/// of its own, moved to the mean of their rows. Landmarks weigh what their rows weigh; with one for each distinct row the
/// embedding is the exact one.
public struct SpectralClustering: Sendable, Equatable {
    /// How many clusters.
    public var clusters: Int
    /// γ: rows farther apart than a few times 1/√γ have nothing in common.
    public var gamma: Double
    /// At most so many landmarks: memory is twice the square of it, in eight bytes.
    public var landmarks: Int
    /// Where random numbers begin.
    public var seed: UInt64

    /// That many clusters; γ is 1 as in scikit-learn.
    public init(clusters: Int, gamma: Double = 1, landmarks: Int = 2_000, seed: UInt64 = 1) {
        self.clusters = clusters
        self.gamma = gamma
        self.landmarks = landmarks
        self.seed = seed
    }

    /// The clusters of a table, rows weighted. Where fewer rows are distinct than there are clusters, each distinct row is
    /// one. Parameter progress: called with the share done, from 0 to 1. Throws: `.badParameter`, `.noRows`,
    /// `.notFinite`, `.badWeight`, `.fewerRows`, `.noConvergence`. Cost: O(n d m + m³) for m landmarks.
    public func fit(
        _ table: FeatureTable, progress: (Double) -> Void = { _ in }
    ) throws(ModelError) -> FittedSpectralClustering {
        guard clusters > 0 else { throw .badParameter("clusters") }
        guard gamma > 0, gamma.isFinite else { throw .badParameter("gamma") }
        guard landmarks >= clusters else { throw .badParameter("landmarks") }
        try table.check()
        guard table.rowCount >= clusters else { throw .fewerRows(table.rowCount, clusters: clusters) }
        let chosen = Landmarks(DistinctRows(table), count: landmarks) { progress($0 * 0.6) }
        let kept = min(clusters, chosen.weights.count)
        let embedding = try Self.embed(chosen, gamma: gamma, dimensions: kept)
        progress(0.9)
        let embedded = FeatureTable(
            columns: (1...kept).map { .init("e\($0)") }, values: embedding, weights: chosen.weights)
        let labels = try KMeans(clusters: kept, seed: seed).fit(embedded).labels(of: embedded)
        var sizes = [Double](repeating: 0, count: kept)
        for (label, weight) in zip(labels, chosen.weights) { sizes[Int(label)] += weight }
        progress(1)
        return FittedSpectralClustering(
            columns: table.columns.map(\.name), landmarks: chosen.values, landmarkLabels: labels, sizes: sizes)
    }

    /// The leading eigenvectors of the normalized affinity, landmark after landmark, divided by the roots of the degrees.
    private static func embed(
        _ landmarks: Landmarks, gamma: Double, dimensions: Int
    ) throws(ModelError) -> [Double] {
        let weights = landmarks.weights
        let count = weights.count
        var matrix = landmarks.affinities(gamma: gamma)
        // A row has no affinity with itself: of the weight of a landmark one row is left out. One that is left with none
        // has degree 1 and stands alone, as in scikit-learn.
        let degrees = (0..<count).map { row in
            var degree = -1.0
            for other in 0..<count { degree += weights[other] * matrix[row * count + other] }
            return max(0, degree)
        }
        let roots = degrees.map { $0 > 0 ? $0.squareRoot() : 1 }
        let factors = (0..<count).map { weights[$0].squareRoot() / roots[$0] }
        for row in 0..<count {
            for other in 0..<count { matrix[row * count + other] *= factors[row] * factors[other] }
            matrix[row * count + row] = degrees[row] > 0 ? max(0, weights[row] - 1) / degrees[row] : 1
        }
        let vectors = try SymmetricEigen.largest(dimensions, of: &matrix, size: count)
        var embedding = [Double](repeating: 0, count: count * dimensions)
        for row in 0..<count {
            for dimension in 0..<dimensions {
                embedding[row * dimensions + dimension] =
                    vectors[dimension * count + row] / (weights[row].squareRoot() * roots[row])
            }
        }
        return embedding
    }
}

/// The clusters that spectral clustering found.
public struct FittedSpectralClustering: Sendable, Equatable, Codable {
    /// The names of the columns.
    public let columns: [String]
    /// The landmarks, one after the other.
    public let landmarks: [Double]
    /// The cluster of each landmark.
    public let landmarkLabels: [Int32]
    /// How many rows, or how much weight of them, each cluster had.
    public let sizes: [Double]

    /// The cluster of each row, that of the nearest landmark. Throws: `.otherColumns`, `.noRows`, `.notFinite`,
    /// `.badWeight`. Cost: O(n d m) for m landmarks, of distinct rows.
    public func labels(of table: FeatureTable) throws(ModelError) -> [Int32] {
        try table.check(columns: columns)
        let rows = DistinctRows(table)
        let nearest = CenterLanes(landmarks, width: columns.count).nearest(rows.values)
        return rows.indices.map { landmarkLabels[Int(nearest[Int($0)].center)] }
    }
}
