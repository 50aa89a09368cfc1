import FlowMath
import Testing

struct StandardizerTests {
    @Test func columnsGetMeanZeroAndDeviationOne() throws {
        // Means 3 and 5; the first column's deviation is √(8/3).
        let table = ModelTables.rows([[1, 5], [3, 5], [5, 5]])
        let fitted = try Standardizer().fit(table)
        #expect(fitted.means == [3, 5])
        #expect(fitted.scales == [(8.0 / 3).squareRoot(), 1])
        let result = try fitted.transform(table)
        #expect(result.column(0) == [-1.224744871391589, 0, 1.224744871391589])
        #expect(result.column(1) == [0, 0, 0])
        #expect(zip(fitted.restored(Array(result.row(0))), [1, 5]).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test func weightsStandForRows() throws {
        let weighted = try Standardizer().fit(ModelTables.rows([[1], [4]], weights: [2, 1]))
        let repeated = try Standardizer().fit(ModelTables.rows([[1], [1], [4]]))
        #expect(weighted == repeated)
    }

    @Test func logarithmsKeepTheSign() throws {
        let table = ModelTables.rows([[0], [1.718281828459045], [-1.718281828459045]])
        let fitted = try Standardizer(scaling: .logarithmic).fit(table)
        #expect(abs(fitted.means[0]) < 1e-15)
        #expect(abs(fitted.scales[0] - (2.0 / 3).squareRoot()) < 1e-15)
        let row = try fitted.transform(table).row(2)
        #expect(abs(fitted.restored(Array(row))[0] + 1.718281828459045) < 1e-12)
    }

    @Test func aConstantColumnOfRoundedNumbersIsConstant() throws {
        let table = FeatureTable(columns: [.init("c")], values: Array(repeating: 0.1, count: 10_001))
        let fitted = try Standardizer().fit(table)
        #expect(fitted.scales == [1])
    }
}
