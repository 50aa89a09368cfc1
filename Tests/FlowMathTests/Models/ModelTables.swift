import FlowMath

/// Tables of random rows, the same for the same seed.
enum ModelTables {
    static func columns(_ count: Int) -> [FeatureTable.Column] { (0..<count).map { .init("c\($0)") } }

    static func rows(_ rows: [[Double]], weights: [Double]? = nil) -> FeatureTable {
        FeatureTable(columns: columns(rows.first?.count ?? 1), values: rows.flatMap(\.self), weights: weights)
    }

    /// Blobs around random centres, on a grid of `step`, so that rows repeat; every tenth row lies anywhere.
    static func blobs(rows count: Int, columns width: Int, blobs: Int, step: Double, seed: UInt64) -> FeatureTable {
        var random = SeededGenerator(seed: seed)
        let centers = (0..<blobs * width).map { _ in random.unit() * 10 }
        let values = (0..<count).flatMap { row in
            let blob = random.below(blobs)
            return (0..<width).map { column in
                let spread = random.unit() + random.unit() - 1
                let value = row % 10 == 0 ? random.unit() * 10 : centers[blob * width + column] + spread
                return (value / step).rounded() * step
            }
        }
        return FeatureTable(columns: columns(width), values: values)
    }

    /// What every model refuses, with the error it refuses it with.
    static let refused: [(table: FeatureTable, error: ModelError)] = [
        (FeatureTable(columns: []), .noRows),
        (FeatureTable(columns: columns(2)), .noRows),
        (rows([[1, 2], [3, .nan]]), .notFinite(row: 1, column: "c1")),
        (rows([[1, 2], [-.infinity, 4]]), .notFinite(row: 1, column: "c0")),
        (rows([[1, 2], [3, 4]], weights: [1, 0]), .badWeight(row: 1)),
        (rows([[1, 2], [3, 4]], weights: [.nan, 1]), .badWeight(row: 0)),
    ]
}
