import FlowMath
import Foundation
import Testing

/// What holds for every model.
struct ModelBatteryTests {
    private static let models: [(name: String, fit: @Sendable (FeatureTable) throws -> any Codable)] = [
        ("standardizer", { try Standardizer().fit($0) }),
        ("principal components", { try PrincipalComponents(components: 1).fit($0) }),
        ("k-means", { try KMeans(clusters: 1).fit($0) }),
        ("dbscan", { try DBSCAN(radius: 1, minimumWeight: 2).fit($0) }),
        ("spectral clustering", { try SpectralClustering(clusters: 1).fit($0) }),
    ]

    @Test(arguments: models.indices) func badTablesAreRefused(model: Int) {
        for (table, error) in ModelTables.refused {
            #expect(throws: error, "\(Self.models[model].name)") { _ = try Self.models[model].fit(table) }
        }
    }

    @Test(arguments: models.indices) func oneRowAndConstantColumnsAreModels(model: Int) throws {
        _ = try Self.models[model].fit(ModelTables.rows([[1, 2, 3]]))
        _ = try Self.models[model].fit(ModelTables.rows([[1, 5], [2, 5], [4, 5]]))
        // Squares of these are infinite: an error or a model, but no trap.
        _ = try? Self.models[model].fit(ModelTables.rows([[1e300, 5], [-1e300, 5], [1e300, 5]]))
        _ = try? Self.models[model].fit(ModelTables.rows([[1e308, -1e308], [-1e308, 1e308], [0, 1]]))
    }

    @Test(arguments: models.indices) func fittedModelsAreTheSameAgainAndAfterSaving(model: Int) throws {
        let table = ModelTables.blobs(rows: 9_000, columns: 3, blobs: 3, step: 0.25, seed: 5)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let first = try encoder.encode(Self.models[model].fit(table))
        let second = try encoder.encode(Self.models[model].fit(table))
        #expect(first == second)
    }

    @Test func savedModelsJudgeAsBefore() throws {
        let table = ModelTables.blobs(rows: 500, columns: 3, blobs: 3, step: 0.25, seed: 5)
        let fitted = try KMeans(clusters: 3).fit(table)
        let loaded = try JSONDecoder().decode(FittedKMeans.self, from: JSONEncoder().encode(fitted))
        #expect(loaded == fitted)
        let (before, after) = (try fitted.labels(of: table), try loaded.labels(of: table))
        #expect(before == after)
        let other = FeatureTable(columns: [.init("a"), .init("b"), .init("c")], values: [1, 2, 3])
        #expect(throws: ModelError.otherColumns) { try loaded.labels(of: other) }
    }
}
