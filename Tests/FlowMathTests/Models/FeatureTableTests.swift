import FlowMath
import Testing

struct FeatureTableTests {
    @Test func rowsColumnsAndWeights() {
        var table = FeatureTable(columns: [.init("bytes_sent", unit: "B"), .init("flows")])
        table.append([1, 2])
        table.append([3, 4], weight: 5)
        table.append([6, 7])
        #expect(table.rowCount == 3)
        #expect(Array(table.row(1)) == [3, 4])
        #expect(table.column(0) == [1, 3, 6])
        #expect(table.weights == [1, 5, 1])
        #expect(FeatureTable(columns: []).rowCount == 0)
    }
}
