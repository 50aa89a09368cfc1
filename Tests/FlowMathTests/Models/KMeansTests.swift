import FlowMath
import Testing

struct KMeansTests {
    @Test func clustersAreAroundTheirMeans() throws {
        let table = ModelTables.rows([[0, 0], [0, 2], [10, 0], [10, 2], [10, 4]])
        var progress: [Double] = []
        let fitted = try KMeans(clusters: 2, starts: 4).fit(table) { progress.append($0) }
        let labels = try fitted.labels(of: table)
        #expect(labels[0] == labels[1] && labels[2] == labels[3] && labels[3] == labels[4] && labels[0] != labels[2])
        #expect(fitted.center(Int(labels[0])) == [0, 1])
        #expect(fitted.center(Int(labels[2])) == [10, 2])
        #expect(fitted.sizes[Int(labels[2])] == 3)
        #expect(fitted.inertia == 10)
        #expect(progress == [0.25, 0.5, 0.75, 1])
        let distances = try fitted.distances(of: table)
        #expect(distances == [1, 1, 2, 0, 2])
    }

    @Test func weightsStandForRows() throws {
        let fitted = try KMeans(clusters: 1).fit(ModelTables.rows([[0], [3]], weights: [2, 1]))
        #expect(fitted.centers == [1])
        #expect(fitted.inertia == 6)
        #expect(fitted.sizes == [3])
    }

    /// No row is nearer to another centre, and centres are the means: what Lloyd's iteration ends at.
    @Test(arguments: [1, 2, 5, 9]) func boundsEndWhereLloydEnds(clusters: Int) throws {
        let table = ModelTables.blobs(rows: 5_000, columns: 5, blobs: 6, step: 0.5, seed: 3)
        let fitted = try KMeans(clusters: clusters, starts: 2, tolerance: 0).fit(table)
        let labels = try fitted.labels(of: table)
        for cluster in 0..<clusters {
            let members = labels.indices.filter { labels[$0] == cluster }
            #expect(Double(members.count) == fitted.sizes[cluster])
            for column in 0..<5 {
                let mean = members.reduce(0) { $0 + table.values[$1 * 5 + column] } / Double(members.count)
                #expect(abs(mean - fitted.center(cluster)[column]) < 1e-9)
            }
        }
        let squares = try fitted.distances(of: table).reduce(0) { $0 + $1 * $1 }
        #expect(abs(squares - fitted.inertia) < 1e-6)
    }

    @Test func fewRows() throws {
        let table = ModelTables.rows([[1], [1], [2]])
        #expect(throws: ModelError.fewerRows(3, clusters: 4)) { try KMeans(clusters: 4).fit(table) }
        #expect(throws: ModelError.badParameter("clusters")) { try KMeans(clusters: 0).fit(table) }
        #expect(throws: ModelError.badParameter("starts")) { try KMeans(clusters: 1, starts: 0).fit(table) }
        // Two rows are distinct: two clusters, though three are asked for.
        let fitted = try KMeans(clusters: 3).fit(table)
        #expect(fitted.centers.sorted() == [1, 2])
        #expect(fitted.inertia == 0)
    }

    @Test func theElbowIsAtTheNumberOfGroups() throws {
        let groups = [0.0, 10, 25, 60].flatMap { center in [-0.2, -0.1, 0, 0.1, 0.2].map { [center + $0] } }
        let inertias = try KMeans(clusters: 8).inertias(ModelTables.rows(groups))
        #expect(inertias.count == 8)
        #expect(zip(inertias, inertias.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(KMeans.elbow([100, 40, 10, 8, 7, 6]) == 3)
        #expect(KMeans.elbow([5, 5]) == 1)
        #expect(KMeans.elbow([]) == 1)
    }
}
