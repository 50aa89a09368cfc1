import FlowMath
import Foundation
import Testing

/// Every model: its name, and how it learns a table.
private let models: [(name: String, fit: @Sendable (FeatureTable) throws -> any FittedModel)] = [
    ("HBOS", { try HBOS().fit($0) }), ("ECOD", { try ECOD().fit($0) }), ("COPOD", { try COPOD().fit($0) }),
    ("isolation forest", { try IsolationForest(trees: 20).fit($0) }),
    ("LOF", { try LocalOutlierFactor(neighbors: 3).fit($0) }),
    ("half-space trees", { try HalfSpaceTrees(trees: 5, depth: 6, window: 20).fit($0) }),
    ("EWMA", { try EWMA().fit($0) }), ("Holt-Winters", { try HoltWinters(period: 6).fit($0) }),
    ("LSTM", { try LSTM(cells: 3, period: 6, rounds: 3).fit($0) }),
]

private func loaded<Model: FittedModel>(_ model: Model) throws -> any FittedModel {
    try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(model))
}

@Test(arguments: models.indices) func `a model judges the same after it was saved and loaded`(index: Int) throws {
    let table = OutlierTable.random(120)
    let model = try models[index].fit(table)
    let scores = try model.score(table)
    #expect(scores.count == 120 && scores.allSatisfy(\.isFinite), "\(models[index].name)")
    let again = try loaded(model).score(table)
    #expect(again == scores, "\(models[index].name)")
    let refitted = try models[index].fit(table).score(table)
    #expect(refitted == scores, "\(models[index].name)")
}

@Test(arguments: models.indices) func `what cannot be learnt or judged is refused`(index: Int) throws {
    let (name, fit) = models[index]
    let table = OutlierTable.random(120)
    let model = try fit(table)
    let none = FeatureTable(columns: table.columns)
    #expect(throws: ModelError.noRows, "\(name)") { try fit(none) }
    #expect(throws: ModelError.noRows, "\(name)") { try model.score(none) }
    #expect(throws: ModelError.noRows, "\(name)") { try fit(FeatureTable(columns: [])) }
    for bad in [Double.nan, .infinity, -.infinity] {
        var spoilt = table
        spoilt.append([1, 1, bad, 1])
        #expect(throws: ModelError.notFinite(row: 120, column: "c2"), "\(name)") { try fit(spoilt) }
        #expect(throws: ModelError.notFinite(row: 120, column: "c2"), "\(name)") { try model.score(spoilt) }
    }
    let narrow = FeatureTable(columns: OutlierTable.columns(3), values: [1, 2, 3])
    #expect(throws: ModelError.otherColumns, "\(name)") { try model.score(narrow) }
}

@Test(arguments: models.indices) func `constant columns, one row and huge values are no trouble`(index: Int) throws {
    let (name, fit) = models[index]
    let constant = FeatureTable(columns: OutlierTable.columns(2), values: Array(repeating: 5, count: 120))
    let scores = try fit(constant).score(constant)
    #expect(scores.allSatisfy { $0.isFinite && $0 == scores[0] }, "\(name)")
    let one = FeatureTable(columns: OutlierTable.columns(1), values: [5])
    do {
        let alone = try fit(one).score(one)
        #expect(alone.allSatisfy { $0.isFinite }, "\(name)")
    } catch let error as ModelError {
        guard case .tooFewRows(1, let needed) = error else { throw error }
        #expect(needed > 1, "\(name)")
    }
    let huge = FeatureTable(
        columns: OutlierTable.columns(1), values: (0..<120).map { $0 % 2 == 0 ? 8e307 : -8e307 })
    _ = try fit(huge).score(huge)
}

@Test(arguments: models.indices) func `a file that no fit wrote is refused or does no harm`(index: Int) throws {
    func spoilt<Model: FittedModel>(_ model: Model, _ table: FeatureTable) throws {
        let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        let digits = text.indices.filter { text[$0].isNumber }
        for index in stride(from: 0, to: digits.count, by: max(1, digits.count / 40)) {
            for replacement in ["", "9", "-1", "99999999"] {
                var changed = text
                changed.replaceSubrange(digits[index]...digits[index], with: replacement)
                guard let model = try? JSONDecoder().decode(Model.self, from: Data(changed.utf8)) else { continue }
                _ = try? model.score(table)
            }
        }
    }
    let table = OutlierTable.random(60)
    try spoilt(try models[index].fit(table), table)
}
