import FlowMath
import Testing

struct SilhouetteTests {
    private let table = ModelTables.rows([[0], [1], [5], [7], [100]])

    @Test func rowsAreHeldAgainstTheNearestOtherCluster() throws {
        // 0: (6 − 1) / 6; 1: (5 − 1) / 5; 5: (4.5 − 2) / 4.5; 7: (6.5 − 2) / 6.5.
        let expected = (5.0 / 6 + 4.0 / 5 + 2.5 / 4.5 + 4.5 / 6.5) / 4
        let mean = try #require(try Silhouette.mean(table, labels: [0, 0, 1, 1, -1]))
        #expect(abs(mean - expected) < 1e-15)
        // A row alone counts 0, and is the nearest other cluster of none here.
        let withOneAlone = try #require(try Silhouette.mean(table, labels: [0, 0, 1, 1, 2]))
        #expect(abs(withOneAlone - expected * 4 / 5) < 1e-15)
    }

    @Test func oneClusterHasNone() throws {
        let one = try Silhouette.mean(table, labels: [0, 0, 0, 0, -1])
        #expect(one == nil)
        let sampleOfNone = try Silhouette.mean(table, labels: [0, 1, 0, 1, 0], sample: 0)
        #expect(sampleOfNone == nil)
    }

    @Test func aSampleIsNearTheWhole() throws {
        let table = ModelTables.blobs(rows: 2_000, columns: 2, blobs: 3, step: 0.01, seed: 8)
        let labels = try KMeans(clusters: 3).fit(table).labels(of: table)
        let whole = try #require(try Silhouette.mean(table, labels: labels))
        let sampled = try #require(try Silhouette.mean(table, labels: labels, sample: 500))
        #expect(abs(whole - sampled) < 0.05)
        #expect(whole > 0.5)
    }
}
