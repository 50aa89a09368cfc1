import FlowMath
import Testing

struct SpectralClusteringTests {
    /// Two rings, one in the other, which k-means cannot part; rows repeat.
    private static let rings: (table: FeatureTable, isInner: [Bool]) = {
        var random = SeededGenerator(seed: 4)
        var rows: [[Double]] = []
        for row in 0..<900 {
            let (x, y) = (random.unit() - 0.5, random.unit() - 0.5)
            let length = (x * x + y * y).squareRoot()
            let radius = row % 3 == 0 ? 1.0 : 4.0
            rows.append([x / length * radius, y / length * radius].map { ($0 * 50).rounded() / 50 })
        }
        return (ModelTables.rows(rows), rows.map { $0[0] * $0[0] + $0[1] * $0[1] < 4 })
    }()

    @Test(arguments: [120, 2_000]) func ringsAreParted(landmarks: Int) throws {
        let model = SpectralClustering(clusters: 2, gamma: 4, landmarks: landmarks)
        let fitted = try model.fit(Self.rings.table)
        let labels = try fitted.labels(of: Self.rings.table)
        let inner = labels[Self.rings.isInner.firstIndex(of: true) ?? 0]
        #expect(zip(labels, Self.rings.isInner).allSatisfy { ($0 == inner) == $1 })
        #expect(fitted.sizes.sorted() == [300, 600])
    }

    @Test func weightsStandForRows() throws {
        let rows = [[0.0], [0.2], [0.4], [3], [3.2], [5]]
        let weights = [3.0, 1, 2, 1, 4, 2]
        let repeated = zip(rows, weights).flatMap { Array(repeating: $0, count: Int($1)) }
        let weighted = try SpectralClustering(clusters: 3).fit(ModelTables.rows(rows, weights: weights))
        let whole = try SpectralClustering(clusters: 3).fit(ModelTables.rows(repeated))
        #expect(weighted == whole)
        #expect(weighted.landmarkLabels[0] == weighted.landmarkLabels[2])
        #expect(weighted.landmarkLabels[3] == weighted.landmarkLabels[4])
        #expect(Set(weighted.landmarkLabels).count == 3)
    }

    @Test func fewRowsAndParametersOutOfRange() throws {
        let table = ModelTables.rows([[1], [1], [2]])
        #expect(throws: ModelError.fewerRows(3, clusters: 4)) { try SpectralClustering(clusters: 4).fit(table) }
        #expect(throws: ModelError.badParameter("clusters")) { try SpectralClustering(clusters: 0).fit(table) }
        #expect(throws: ModelError.badParameter("gamma")) { try SpectralClustering(clusters: 1, gamma: 0).fit(table) }
        #expect(throws: ModelError.badParameter("landmarks")) {
            try SpectralClustering(clusters: 3, landmarks: 2).fit(table)
        }
        let fitted = try SpectralClustering(clusters: 3).fit(table)
        #expect(fitted.landmarks == [1, 2])
    }
}
