public import FlowFeatures
public import FlowMath

/// The groups that a method found in a table, their centres, and the rows that are outliers.
public struct Clustering: Sendable {
    /// A group of rows.
    public struct Cluster: Sendable {
        /// How many rows, or the sum of their weights.
        public var rows: Double
        /// Its mean, in standard deviations from the mean of all rows.
        public var deviations: [Double]
        /// Its mean in the units of the table.
        public var center: [Double]
    }

    /// A row unlike the others; rows exactly like it are counted with it.
    public struct Outlier: Sendable {
        /// The first of these rows.
        public var row: Int
        /// How many there are, itself included.
        public var alike: Int
        /// How unlike the others; the higher the worse.
        public var score: Double
        /// The features that make it so, the strongest first.
        public var causes: [FeatureCause]
    }

    /// Rows that the silhouette is computed from: it takes the distance of every two of them.
    private static let silhouetteSample = 2000

    /// The table that was clustered, in its own units.
    public let table: FeatureTable
    /// The method and its parameters, in words.
    public let method: String
    /// Largest first; empty for methods that only look for outliers.
    public private(set) var clusters: [Cluster] = []
    /// The cluster of each row, −1 for noise; empty where there are no clusters.
    public private(set) var labels: [Int32] = []
    /// Rows in no cluster, or the sum of their weights.
    public private(set) var noise = 0.0
    /// How much closer rows are to their own cluster than to the next, −1 to 1; nil with fewer than two.
    public private(set) var silhouette: Double?
    /// The principal components, where the method judges by them.
    public private(set) var components: FittedPrincipalComponents?
    /// The rows that are most unlike the others, worst first.
    public private(set) var outliers: [Outlier] = []
    /// How unlike the others each row is; 0 for rows that cannot be outliers.
    public private(set) var scores: [Double] = []
    /// The table in standard deviations from the mean, on its scale.
    public let standardized: FeatureTable
    private let standardizer: FittedStandardizer

    /// Clusters by the labels that a method gave. Parameter scaled: the table as the method saw it. Parameter
    /// candidatesAreNoise: whether only rows without a cluster can be outliers. Parameter top: most outliers listed.
    init(
        _ table: FeatureTable, scaled: FeatureTable, _ standardizer: FittedStandardizer, method: String,
        labels: [Int32], candidatesAreNoise: Bool, top: Int
    ) throws(ModelError) {
        self.table = table
        self.standardizer = standardizer
        self.method = method
        standardized = try standardizer.transform(table)
        silhouette = try Silhouette.mean(scaled, labels: labels, sample: Self.silhouetteSample)
        order(labels)
        scores = (0..<table.rowCount).map { row in
            guard !candidatesAreNoise || self.labels[row] < 0 else { return 0 }
            return distance(row, nearest(row)).squareRoot()
        }
        outliers = list(top) { row in
            let center = clusters.isEmpty ? [] : clusters[nearest(row)].deviations
            let offsets = standardized.row(row).enumerated().map { $1 - (center.isEmpty ? 0 : center[$0]) }
            return ranked(offsets, row: row, usual: center)
        }
    }

    /// Outliers by the scores of a model. Parameter top: most outliers listed.
    init(_ table: FeatureTable, _ model: TrainedModel, top: Int) throws(ModelError) {
        self.table = table
        standardizer = model.standardizer
        method = model.model.method.rawValue
        if case .pca(let fitted) = model.model { components = fitted }
        standardized = try standardizer.transform(table)
        scores = try model.scores(of: table)
        var failure: ModelError?
        outliers = list(top) { row in
            do throws(ModelError) {
                return try model.causes(of: table.stretch(row..<row + 1))
            } catch {
                failure = error
                return []
            }
        }
        if let failure { throw failure }
    }

    /// The features that set a cluster apart from all rows, most first.
    public func apart(_ cluster: Cluster) -> [(cause: FeatureCause, deviations: Double)] {
        let usual = standardizer.restored(Array(repeating: 0, count: table.columns.count))
        return cluster.deviations.indices.filter { abs(cluster.deviations[$0]) >= 0.5 }
            .sorted { (abs(cluster.deviations[$1]), $0) < (abs(cluster.deviations[$0]), $1) }
            .prefix(4).map { place in
                let cause = FeatureCause(
                    column: table.columns[place], value: cluster.center[place], usual: usual[place])
                return (cause, cluster.deviations[place])
            }
    }

    /// Numbers the clusters from the largest on, and finds their centres.
    private mutating func order(_ given: [Int32]) {
        let width = table.columns.count
        let count = Int(given.max() ?? -1) + 1
        var sums = [Double](repeating: 0, count: count * width)
        var rows = [Double](repeating: 0, count: count)
        for (row, label) in given.enumerated() {
            let weight = table.weights?[row] ?? 1
            guard label >= 0 else {
                noise += weight
                continue
            }
            rows[Int(label)] += weight
            for (column, value) in standardized.row(row).enumerated() {
                sums[Int(label) * width + column] += value * weight
            }
        }
        let kept = rows.indices.filter { rows[$0] > 0 }.sorted { (rows[$1], $0) < (rows[$0], $1) }
        var numbers = [Int32](repeating: -1, count: count)
        for (number, old) in kept.enumerated() {
            numbers[old] = Int32(number)
            let mean = sums[old * width..<(old + 1) * width].map { $0 / rows[old] }
            clusters.append(Cluster(rows: rows[old], deviations: mean, center: standardizer.restored(mean)))
        }
        labels = given.map { $0 < 0 ? -1 : numbers[Int($0)] }
    }

    /// A row's own cluster; for a row without one, the nearest.
    private func nearest(_ row: Int) -> Int {
        if labels[row] >= 0 { return Int(labels[row]) }
        return clusters.indices.min { distance(row, $0) < distance(row, $1) } ?? 0
    }

    private func distance(_ row: Int, _ cluster: Int) -> Double {
        guard clusters.indices.contains(cluster) else { return standardized.row(row).reduce(0) { $0 + $1 * $1 } }
        return zip(standardized.row(row), clusters[cluster].deviations).reduce(0) { sum, pair in
            sum + (pair.0 - pair.1) * (pair.0 - pair.1)
        }
    }

    private func ranked(_ offsets: [Double], row: Int, usual: [Double]) -> [FeatureCause] {
        let usual = standardizer.restored(usual.isEmpty ? offsets.map { _ in 0 } : usual)
        let values = Array(table.row(row))
        return offsets.indices.filter { abs(offsets[$0]) >= 0.5 }
            .sorted { (abs(offsets[$1]), $0) < (abs(offsets[$0]), $1) }
            .prefix(3).map { FeatureCause(column: table.columns[$0], value: values[$0], usual: usual[$0]) }
    }

    /// The rows that score highest; rows exactly alike are listed once.
    private func list(_ top: Int, causes: (Int) -> [FeatureCause]) -> [Outlier] {
        var places: [ArraySlice<Double>: Int] = [:]
        let highest = scores.indices.filter { scores[$0] > 0 }.sorted { (scores[$1], $0) < (scores[$0], $1) }
        var found: [Outlier] = []
        for row in highest {
            if let place = places[table.row(row)] {
                found[place].alike += 1
            } else if found.count < top {
                places[table.row(row)] = found.count
                found.append(Outlier(row: row, alike: 1, score: scores[row], causes: causes(row)))
            } else if scores[row] < found.last?.score ?? 0 {
                break
            }
        }
        return found
    }
}
