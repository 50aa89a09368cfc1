import FlowMath
import Testing

struct LocalOutlierFactorTests {
    // scikit-learn 1.9.1.
    @Test func `factors are scikit-learn's`() throws {
        let model = try LocalOutlierFactor(neighbors: 5).fit(OutlierTable.forty)
        let expected = [
            1.6941103180350232, 0.9911307890981629, 1.099902729106003, 1.0148420508750862, 0.9911307890981629,
            15.917997624267903,
        ]
        #expect(isClose(OutlierTable.noted.map { model.fittedScores[$0] }, expected))
        let later = [1.0795499815256178, 1.1289799462286332, 1.0935323596485353, 21.362359302440414]
        #expect(isClose(try model.score(OutlierTable.later), later))
    }

    @Test func `a long fit tells how far it is`() throws {
        var progress: [Double] = []
        let table = OutlierTable.random(20_000, width: 1)
        _ = try LocalOutlierFactor(neighbors: 1).fit(table) { progress.append($0) }
        #expect(progress == [0.8192, 1])
    }

    @Test func `more duplicates than neighbors are as scikit-learn has them`() throws {
        let table = FeatureTable(
            columns: OutlierTable.columns(2), values: Array(repeating: 0, count: 14) + [1, 1])
        let scores = try LocalOutlierFactor(neighbors: 3).fit(table).fittedScores
        #expect(isClose(scores, Array(repeating: 1, count: 7) + [14142135624.730951]))
    }

    @Test(arguments: [1, 3, 8]) func `the tree finds the neighbors that looking at all rows finds`(width: Int) throws {
        let table = OutlierTable.random(700, width: width)
        let model = try LocalOutlierFactor(neighbors: 7).fit(table)
        let rows = (0..<700).map { Array(table.row($0)) }
        func distance(_ row: Int, _ other: Int) -> Double {
            let sides = zip(rows[row], rows[other]).map { left, right in (left - right) * (left - right) }
            return sides.reduce(0, +).squareRoot()
        }
        let nearest = rows.indices.map { row in
            let others = rows.indices.filter { $0 != row }.map { (distance: distance(row, $0), row: $0) }
            return Array(others.sorted { $0.distance < $1.distance }.prefix(7))
        }
        let densities = nearest.map { found in
            let reached = found.map { max($0.distance, nearest[$0.row][6].distance) }
            return 1 / (reached.reduce(0, +) / 7 + 1e-10)
        }
        let expected = nearest.indices.map { row in
            let ratios = nearest[row].map { densities[$0.row] / densities[row] }
            return ratios.reduce(0, +) / 7
        }
        #expect(isClose(model.fittedScores, expected))
    }

    @Test func `all others are neighbors where there are fewer`() throws {
        let table = FeatureTable(columns: OutlierTable.columns(1), values: [0, 1, 5])
        #expect(try LocalOutlierFactor(neighbors: 20).fit(table) == LocalOutlierFactor(neighbors: 2).fit(table))
    }
}

struct IsolationForestTests {
    @Test func `rows far out score higher, the same every time`() throws {
        let table = OutlierTable.random(5_000)
        let model = try IsolationForest().fit(table)
        let scores = try model.score(table)
        var ranking = Ranking()
        for (row, score) in scores.enumerated() { ranking.add(score, isPositive: row % 50 == 49) }
        #expect(try #require(ranking.rocArea) > 0.99)
        #expect(scores.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(try IsolationForest().fit(table) == model)
        #expect(try IsolationForest(seed: 2).fit(table) != model)
    }

    @Test func `equal rows are all alike`() throws {
        let table = FeatureTable(columns: OutlierTable.columns(2), values: Array(repeating: 4, count: 600))
        let scores = try IsolationForest().fit(table).score(table)
        #expect(isClose(scores, Array(repeating: 0.5, count: 300)))
    }

    @Test func `weights are chances to be sampled`() throws {
        var table = OutlierTable.random(400)
        table.append([9, 9, 9, 9], weight: 1e9)
        let scores = try IsolationForest().fit(table).score(table)
        #expect(scores[400] == scores.min())
    }
}

struct HalfSpaceTreesTests {
    @Test func `rows where few were score higher`() throws {
        let table = OutlierTable.random(5_000)
        let model = try HalfSpaceTrees().fit(table)
        let scores = try model.score(table)
        var ranking = Ranking()
        for (row, score) in scores.enumerated() { ranking.add(score, isPositive: row % 50 == 49) }
        #expect(try #require(ranking.rocArea) > 0.95)
        #expect(scores.allSatisfy { $0 > 0 && $0 <= 1 })
    }

    @Test func `what becomes usual scores lower after a window`() throws {
        var model = try HalfSpaceTrees(trees: 10, depth: 8, window: 100).fit(OutlierTable.random(500))
        let row: ArraySlice<Double> = [9, 9, 9, 9]
        let first = try model.update(row)
        for _ in 0..<200 { _ = try model.update(row) }
        let later = try model.update(row)
        #expect(later < first)
        let again = FeatureTable(columns: OutlierTable.columns(4), values: Array(row))
        #expect(try model.score(again) == [later])
    }

    @Test func `a stream of bad rows is refused, a row at a time`() throws {
        var model = try HalfSpaceTrees(window: 10).fit(OutlierTable.random(20))
        #expect(throws: ModelError.otherColumns) { try model.update([1]) }
        #expect(throws: ModelError.notFinite(row: 0, column: "c1")) { try model.update([1, .nan, 1, 1]) }
    }
}
