/// How much thinner rows lie around a row than around its neighbors, as scikit-learn's LocalOutlierFactor computes it:
/// exact, Euclidean, about 1 for what lies as its neighbors do.
///
/// Distances are between the values as they stand: standardize first where units differ. Weights are not used. Of
/// neighbors equally far the choice is the tree's, so that tables of few distinct rows can differ from scikit-learn's.
/// Source: Breunig, Kriegel, Ng and Sander 2000.
public struct LocalOutlierFactor: Sendable, Equatable {
    /// How many neighbors are looked at: all others where there are fewer.
    public var neighbors: Int

    /// scikit-learn's default.
    public init(neighbors: Int = 20) { self.neighbors = neighbors }

    /// The densities at the rows of a table. Throws: `.badParameter`, `.tooFewRows` of one row, `.noRows`,
    /// `.notFinite`, `.badWeight`. Cost: O(n log n) where columns are few, O(n²) at worst; 12 bytes a row and neighbor; the
    /// fitted model holds the table. Parameter progress: called with the share done, from 0 to 1.
    public func fit(
        _ table: FeatureTable, progress: (Double) -> Void = { _ in }
    ) throws(ModelError) -> FittedLocalOutlierFactor {
        guard neighbors > 0 else { throw .badParameter("neighbors") }
        try table.check()
        guard table.rowCount > 1 else { throw .tooFewRows(table.rowCount, needed: 2) }
        return FittedLocalOutlierFactor(
            columns: table.columns.map(\.name), values: table.values, neighbors: min(neighbors, table.rowCount - 1),
            progress: progress)
    }
}

/// The densities at the rows of a table.
public struct FittedLocalOutlierFactor: FittedModel, Equatable {
    private enum CodingKeys: String, CodingKey { case columns, neighbors, values }

    /// What holds where a row stands in the tree.
    private struct Place {
        var neighborDistance: Double
        var density: Double
    }

    public let columns: [String]
    private let neighbors: Int
    private let values: [Double]
    private let tree: NeighborTree
    private var places: [Place] = []
    /// The scores of the rows of the table it was fitted to, none of which is its own neighbor: scikit-learn's
    /// −`negative_outlier_factor_`.
    public private(set) var fittedScores: [Double] = []

    /// Loads the rows, and learns from them once more.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let columns = try container.decode([String].self, forKey: .columns)
        let values = try container.decode([Double].self, forKey: .values)
        let neighbors = try container.decode(Int.self, forKey: .neighbors)
        try Self.require(!columns.isEmpty && values.count.isMultiple(of: max(1, columns.count)), in: decoder)
        try Self.require(neighbors > 0 && neighbors < values.count / columns.count, in: decoder)
        try Self.require(values.allSatisfy(\.isFinite), in: decoder)
        self.init(columns: columns, values: values, neighbors: neighbors) { _ in }
    }

    fileprivate init(columns: [String], values: [Double], neighbors: Int, progress: (Double) -> Void) {
        self.columns = columns
        self.neighbors = neighbors
        self.values = values
        let width = columns.count
        let tree = NeighborTree(values, width: width)
        self.tree = tree
        let count = tree.rows.count
        var distances = [Double](repeating: 0, count: count * neighbors)
        var nearest = [Int32](repeating: 0, count: count * neighbors)
        values.withUnsafeBufferPointer { values in
            distances.withUnsafeMutableBufferPointer { distances in
                nearest.withUnsafeMutableBufferPointer { nearest in
                    guard let values = values.baseAddress, let distances = distances.baseAddress,
                        let nearest = nearest.baseAddress
                    else { return }
                    nonisolated(unsafe) let (allDistances, allNearest) = (distances, nearest)
                    // In the order of the tree: rows that follow each other look at the same leaves.
                    for first in stride(from: 0, to: count, by: Self.rowsPerReport) {
                        let end = min(count, first + Self.rowsPerReport)
                        _ = RowChunks.pieces(end - first, of: Self.rowsPerPiece) { range in
                            let search = NeighborSearch(neighbors: neighbors, width: width)
                            for place in first + range.lowerBound..<first + range.upperBound {
                                search.start(values + tree.rows[place] * width)
                                tree.find(search, excluding: place)
                                search.copy(to: allDistances + place * neighbors, allNearest + place * neighbors)
                            }
                        }
                        progress(Double(end) / Double(count))
                    }
                }
            }
        }
        places = (0..<count).map { place in
            Place(neighborDistance: distances[place * neighbors + neighbors - 1], density: 0)
        }
        let densities = RowChunks.map(count) { range in
            range.map { density(at: $0 * neighbors, distances, nearest) }
        }
        for (place, density) in densities.joined().enumerated() { places[place].density = density }
        fittedScores = Array(repeating: 0, count: count)
        let factors = RowChunks.map(count) { range in
            range.map { factor(places[$0].density, at: $0 * neighbors, nearest) }
        }
        for (place, factor) in factors.joined().enumerated() { fittedScores[tree.rows[place]] = factor }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(neighbors, forKey: .neighbors)
        try container.encode(values, forKey: .values)
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.columns == right.columns && left.neighbors == right.neighbors && left.values == right.values
    }

    /// The factors of rows that are not those it was fitted to (`fittedScores`), about 1 for what lies as its neighbors
    /// do: scikit-learn's −`score_samples`. Throws: `.otherColumns`, `.noRows`, `.notFinite`, `.badWeight`.
    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        let width = columns.count
        return table.values.withUnsafeBufferPointer { values in
            RowChunks.pieces(table.rowCount, of: Self.rowsPerPiece) { rows in
                let search = NeighborSearch(neighbors: neighbors, width: width)
                guard let values = values.baseAddress else { return [Double]() }
                var distances = [Double](repeating: 0, count: neighbors)
                var nearest = [Int32](repeating: 0, count: neighbors)
                return rows.map { row in
                    search.start(values + row * width)
                    tree.find(search, excluding: -1)
                    search.copy(to: &distances, &nearest)
                    return factor(density(at: 0, distances, nearest), at: 0, nearest)
                }
            }.flatMap(\.self)
        }
    }

    /// A search costs so much that small pieces share it better among cores.
    private static let rowsPerPiece = 256
    /// After how many rows a fit tells how far it is.
    private static let rowsPerReport = 16_384

    /// The local reachability density: 1 / the mean distance to the neighbors, none nearer than its own neighbors are.
    private func density(at start: Int, _ distances: [Double], _ nearest: [Int32]) -> Double {
        var sum = 0.0
        for slot in start..<start + neighbors {
            sum += max(distances[slot], places[Int(nearest[slot])].neighborDistance)
        }
        // scikit-learn's bound for more duplicates than neighbors.
        return 1 / (sum / Double(neighbors) + 1e-10)
    }

    private func factor(_ density: Double, at start: Int, _ nearest: [Int32]) -> Double {
        var sum = 0.0
        for slot in start..<start + neighbors { sum += places[Int(nearest[slot])].density / density }
        return sum / Double(neighbors)
    }
}
