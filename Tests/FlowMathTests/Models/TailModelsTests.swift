import Foundation
import Testing

@testable import FlowMath

struct TailModelsTests {
    // PyOD 3.6.7.
    private let ecod = [
        11.982929094215963, 4.55638002181866, 6.319968614080018, 6.16581793425276, 4.544545564171656,
        14.755517816455745,
    ]
    private let copod = [
        5.991464547107982, 3.4195812437582624, 3.952967085164488, 4.919904387936473, 4.544545564171656,
        14.755517816455745,
    ]

    @Test func `scores are PyOD's`() throws {
        let table = OutlierTable.forty
        let scores = (try ECOD().fit(table).score(table), try COPOD().fit(table).score(table))
        #expect(isClose(OutlierTable.noted.map { scores.0[$0] }, ecod))
        #expect(isClose(OutlierTable.noted.map { scores.1[$0] }, copod))
        let together = (try ECOD().fitAndScore(table), try COPOD().fitAndScore(table))
        #expect(together.0.scores == scores.0 && together.1.scores == scores.1)
        #expect(try together.0.model == ECOD().fit(table))
    }

    @Test func `a row's score does not depend on the rows beside it`() throws {
        let model = try ECOD().fit(OutlierTable.forty)
        let scores = try model.score(OutlierTable.later)
        for row in 0..<4 {
            let alone = FeatureTable(columns: OutlierTable.later.columns, values: Array(OutlierTable.later.row(row)))
            #expect(try model.score(alone) == [scores[row]])
            let shares = try model.shares(of: OutlierTable.later.row(row))
            #expect(isClose([shares.reduce(0) { $0 + $1.share }], [scores[row]]))
        }
    }

    @Test func `what lies outside of all is as rare as the outermost`() throws {
        let table = FeatureTable(columns: OutlierTable.columns(1), values: [1, 2, 3, 4, 9])
        let model = try ECOD().fit(table)
        let outside = FeatureTable(columns: table.columns, values: [-1e300, 1e300, 1, 9])
        let scores = try model.score(outside)
        #expect(scores[0] == scores[2] && scores[1] == scores[3])
        #expect(isClose([scores[1]], [logarithm(5)]))
    }

    @Test func `a weight counts as so many rows`() throws {
        let repeated = FeatureTable(columns: OutlierTable.columns(1), values: [1, 2, 2, 2, 5, 9])
        let weighted = FeatureTable(columns: OutlierTable.columns(1), values: [9, 2, 5, 1], weights: [1, 3, 1, 1])
        #expect(isClose(try COPOD().fit(weighted).score(weighted), try COPOD().fit(repeated).score(weighted)))
    }

    @Test func `a constant column adds nothing and never leads`() throws {
        let shares = try ECOD().fit(OutlierTable.forty).shares(of: OutlierTable.forty.row(39))
        #expect(shares.last?.column == "c3")
        #expect(shares.last?.share == 0)
    }

    @Test(arguments: [1, 2, 3, 500, 70_000]) func `columns come out sorted`(count: Int) {
        var generator = SeededGenerator(seed: 3)
        let values = (0..<count).map { row in
            switch row % 5 {
            case 0: (generator.unit() - 0.5) * 1e300
            case 1: Double(generator.below(4))
            case 2: -0.0
            // Too near each other for the leading bits of a word to tell apart.
            case 3: 1 + Double(generator.below(1_000)) * .ulpOfOne
            default: generator.unit() * 1e-300
            }
        }
        let sorted = values.withUnsafeBufferPointer { values in
            ColumnSorter(values, width: 1).sort(0) { $0.map { ($0.row, $0.value) } }.flatMap(\.self)
        }
        let expected = values.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
        #expect(sorted.map(\.0) == expected.map(\.offset))
        #expect(sorted.map(\.1) == expected.map(\.element))
    }

    @Test func `shares too rare for one product are summed, column by column`() throws {
        let width = 60
        let values = (0..<3).flatMap { row in Array(repeating: Double(row), count: width) }
        let table = FeatureTable(columns: OutlierTable.columns(width), values: values, weights: [1e-9, 1, 1])
        let scores = try ECOD().fitAndScore(table).scores
        #expect(isClose([scores[0]], [Double(width) * logarithm(2e9 + 1)]))
    }

    @Test func `a model saved with the weights of single rows judges as one saved without`() throws {
        let table = FeatureTable(columns: OutlierTable.columns(1), values: [3, 1, 9])
        let saved = #"{"columns":["c0"],"tails":{"columns":[{"values":[1,3,9],"weights":[1,2,3],"skew":1}]}}"#
        let loaded = try JSONDecoder().decode(FittedCOPOD.self, from: Data(saved.utf8))
        let (model, scores) = try COPOD().fitAndScore(table)
        #expect(try loaded.score(table) == scores)
        #expect(String(decoding: try JSONEncoder().encode(model), as: UTF8.self).contains(#""weights":[]"#))
    }
}
