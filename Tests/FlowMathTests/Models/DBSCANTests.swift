import FlowMath
import Testing

struct DBSCANTests {
    @Test func chainsAreClustersAndTheRestIsNoise() throws {
        let table = ModelTables.rows([[9], [0], [0.5], [1], [5], [5.5], [1.5]])
        let fitted = try DBSCAN(radius: 0.5, minimumWeight: 2).fit(table)
        #expect(fitted.labels == [-1, 0, 0, 0, 1, 1, 0])
        #expect(fitted.clusterCount == 2)
        #expect(fitted.isCore == [false, true, true, true, true, true, true])
    }

    @Test func aBorderRowGoesToTheFirstOfItsClusters() throws {
        // 3 is within reach of 2 and of 4 alone: no core itself with 4 rows to have.
        let table = ModelTables.rows([[4], [4.5], [5], [4.7], [3], [2], [1.5], [1], [1.7]])
        let fitted = try DBSCAN(radius: 1, minimumWeight: 4).fit(table)
        #expect(fitted.labels == [0, 0, 0, 0, 0, 1, 1, 1, 1])
        #expect(fitted.isCore[4] == false)
    }

    @Test func repeatedRowsWeigh() throws {
        #expect(
            try DBSCAN(radius: 0.1, minimumWeight: 3).fit(ModelTables.rows([[1], [1], [1], [-0.0], [0]])).labels
                == [0, 0, 0, -1, -1])
        #expect(
            try DBSCAN(radius: 0.1, minimumWeight: 3).fit(ModelTables.rows([[1], [2]], weights: [3, 2])).labels
                == [0, -1])
    }

    @Test(arguments: [0.1, 0.3, 0.6, 1.5], [1.0, 2, 5, 40])
    func clustersAreThoseOfTheDefinition(radius: Double, minimumWeight: Double) throws {
        for (width, step) in [(1, 0.001), (2, 0.05), (3, 0.25), (8, 0.5)] {
            let table = ModelTables.blobs(rows: 300, columns: width, blobs: 4, step: step, seed: UInt64(width))
            let fitted = try DBSCAN(radius: radius, minimumWeight: minimumWeight).fit(table)
            #expect(fitted.labels == Self.plain(table, radius, minimumWeight), "\(width) columns")
        }
    }

    @Test func manyRowsInSeveralPieces() throws {
        let table = ModelTables.blobs(rows: 5_000, columns: 2, blobs: 9, step: 0.001, seed: 2)
        let fitted = try DBSCAN(radius: 0.12, minimumWeight: 6).fit(table)
        #expect(fitted.labels == Self.plain(table, 0.12, 6))
    }

    @Test func extremeNumbersAreClustered() throws {
        let extremes: [Double] = [0, .leastNonzeroMagnitude, 1e308, -1e308, 1e308.nextDown]
        let halves = (0..<200).map { Double(sign: .plus, exponent: -$0, significand: 1) }
        let table = ModelTables.rows((extremes + halves).map { [$0] })
        let fitted = try DBSCAN(radius: 1e-3, minimumWeight: 2).fit(table)
        #expect(fitted.labels == Self.plain(table, 1e-3, 2))
    }

    @Test func parametersOutOfRangeAreRefused() {
        let table = ModelTables.rows([[1]])
        #expect(throws: ModelError.badParameter("radius")) { try DBSCAN(radius: 0, minimumWeight: 1).fit(table) }
        #expect(throws: ModelError.badParameter("radius")) { try DBSCAN(radius: .nan, minimumWeight: 1).fit(table) }
        #expect(throws: ModelError.badParameter("minimumWeight")) {
            try DBSCAN(radius: 1, minimumWeight: .nan).fit(table)
        }
    }

    /// The definition, every row with every other.
    private static func plain(_ table: FeatureTable, _ radius: Double, _ minimumWeight: Double) -> [Int32] {
        let rows = table.rowCount
        let width = table.columns.count
        let near = table.values.withUnsafeBufferPointer { values in
            (0..<rows).map { one in
                var near: [Int] = []
                for other in 0..<rows {
                    var sum = 0.0
                    for column in 0..<width {
                        let difference = values[one * width + column] - values[other * width + column]
                        sum += difference * difference
                    }
                    if sum <= radius * radius { near.append(other) }
                }
                return near
            }
        }
        var labels = [Int32](repeating: -1, count: rows)
        var next: Int32 = 0
        for row in 0..<rows where labels[row] < 0 && Double(near[row].count) >= minimumWeight {
            var open = [row]
            while let one = open.popLast() {
                guard labels[one] < 0 else { continue }
                labels[one] = next
                if Double(near[one].count) >= minimumWeight { open += near[one].filter { labels[$0] < 0 } }
            }
            next += 1
        }
        return labels
    }
}
