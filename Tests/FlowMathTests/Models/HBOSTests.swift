import FlowMath
import Testing

struct HBOSTests {
    // PyOD 3.6.7.
    @Test func `scores are PyOD's`() throws {
        let scores = try HBOS().fit(OutlierTable.forty).score(OutlierTable.forty)
        let expected = [
            13.622376462364272, 13.166696978588082, 13.429731384421878, 13.664196638058899, 13.166696978588082,
            16.088936681639517,
        ]
        #expect(isClose(OutlierTable.noted.map { scores[$0] }, expected))
        let together = try HBOS().fitAndScore(OutlierTable.forty)
        #expect(try together.scores == scores && together.model == HBOS().fit(OutlierTable.forty))
    }

    @Test func `rows that were not learnt are scored as PyOD does, near and far outside of the bins`() throws {
        let scores = try HBOS().fit(OutlierTable.forty).score(OutlierTable.later)
        let expected = [13.429731384421878, 14.429731384421876, 13.429731384421878, 16.609640474436812]
        #expect(isClose(scores, expected))
    }

    @Test func `a weight counts as so many rows`() throws {
        let rows: [Double] = [1, 2, 2, 2, 5, 9]
        let repeated = FeatureTable(columns: OutlierTable.columns(1), values: rows)
        let weighted = FeatureTable(columns: OutlierTable.columns(1), values: [1, 2, 5, 9], weights: [1, 3, 1, 1])
        let scores = try HBOS().fit(repeated).score(weighted)
        #expect(isClose(try HBOS().fit(weighted).score(weighted), scores))
    }

    @Test func `the column that lies out has the largest share`() throws {
        var row = OutlierTable.forty.row(5)
        row[row.startIndex + 1] = -500
        let shares = try HBOS().fit(OutlierTable.forty).shares(of: row)
        #expect(shares.first?.column == "c1")
        #expect(shares.count == 5 && shares.allSatisfy { $0.share >= 0 })
    }

    @Test func `values too large to be divided into bins add nothing, and spans too wide are refused`() throws {
        let flat = FeatureTable(columns: OutlierTable.columns(1), values: [1e300, 1e300])
        #expect(try HBOS().fit(flat).score(flat) == [0, 0])
        let wide = FeatureTable(columns: OutlierTable.columns(1), values: [-1.7e308, 1.7e308])
        #expect(throws: ModelError.notFinite(row: 0, column: "c0")) { try HBOS().fit(wide) }
    }
}
