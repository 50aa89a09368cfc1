/// DBSCAN (Ester, Kriegel, Sander and Xu 1996): clusters are rows with enough others around them and what those reach;
/// the rest is noise. Exact: the clusters, their numbers and the noise are scikit-learn's.
///
/// Rows that repeat are one with their weight. Distances are Euclidean, in the units of the table (standardize it before).
public struct DBSCAN: Sendable, Equatable {
    /// How far a row reaches, in the units of the table.
    public var radius: Double
    /// The weight of rows within reach, its own counted, that makes a row the core of a cluster.
    public var minimumWeight: Double

    /// Clusters of rows that have `minimumWeight` within `radius`.
    public init(radius: Double, minimumWeight: Double) {
        self.radius = radius
        self.minimumWeight = minimumWeight
    }

    /// The clusters of a table. Parameter progress: called with the share done, from 0 to 1. Throws: `.badParameter`
    /// where the radius is not above 0 or the weight NaN, `.noRows`, `.notFinite`, `.badWeight`. Cost: O(n d log n) where
    /// rows are dense or far apart beside the radius; O(n²) at worst. Memory: about three times the table.
    public func fit(_ table: FeatureTable, progress: (Double) -> Void = { _ in }) throws(ModelError) -> FittedDBSCAN {
        guard radius > 0, radius.isFinite else { throw .badParameter("radius") }
        guard !minimumWeight.isNaN else { throw .badParameter("minimumWeight") }
        try table.check()
        var rows = DistinctRows(table)
        let indices = rows.takeIndices()
        let tree = BoxTree(rows)
        progress(0.3)
        let cores = CoreSearch(tree, squaredRadius: radius * radius, minimumWeight: minimumWeight).cores()
        progress(0.6)
        var links = DensityLinks(tree, cores: cores, squaredRadius: radius * radius)
        let clusters = links.clusters()
        progress(0.9)
        defer { progress(1) }
        return FittedDBSCAN(
            labels: indices.map { clusters.labels[Int($0)] }, clusterCount: clusters.count,
            isCore: Self.byRow(cores, tree, indices))
    }

    private static func byRow(_ cores: [Bool], _ tree: BoxTree, _ indices: [Int32]) -> [Bool] {
        var byDistinct = cores
        for (place, row) in tree.order.enumerated() { byDistinct[Int(row)] = cores[place] }
        return indices.map { byDistinct[Int($0)] }
    }
}

/// The clusters that DBSCAN found.
public struct FittedDBSCAN: Sendable, Equatable, Codable {
    /// The cluster of each row, from 0 in the order of their first core rows; −1 is noise.
    public let labels: [Int32]
    /// How many clusters there are.
    public let clusterCount: Int
    /// Whether a row is the core of a cluster.
    public let isCore: [Bool]
}
