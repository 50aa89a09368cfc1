import FlowMath
import Testing

struct PrincipalComponentsTests {
    /// Along (1, 1) the rows vary by 20 / 3, across it by 4 / 3 · ½.
    private let table = ModelTables.rows([[3, 3], [-3, -3], [0.5, -0.5], [-0.5, 0.5]])

    @Test func componentsAreTheDirectionsOfTheLargestVariance() throws {
        let fitted = try PrincipalComponents(components: 1).fit(table)
        let half = 0.5.squareRoot()
        #expect(zip(fitted.variances, [12, 1.0 / 3]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(zip(fitted.directions.map { abs($0) }, [half, half, half, half]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(fitted.directions[0] * fitted.directions[1] > 0)
        #expect(abs(fitted.explainedShares[0] - 36 / 37) < 1e-12)
        let scores = try fitted.transform(table).values
        #expect(zip(scores, [3 * 2.0.squareRoot(), -3 * 2.0.squareRoot(), 0, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func theResidualIsWhatTheComponentsLeave() throws {
        let fitted = try PrincipalComponents(components: 1).fit(table)
        let residuals = try fitted.residuals(table)
        #expect(zip(residuals, [0, 0, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
        let parts = fitted.residualParts([0.5, -0.5])
        #expect(zip(parts, [0.5, -0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
        let whole = try PrincipalComponents(components: 9).fit(table)
        #expect(whole.kept == 2)
        let none = try whole.residuals(table)
        #expect(none == [0, 0, 0, 0])
    }

    @Test func weightsStandForRows() throws {
        let weighted = try PrincipalComponents(components: 2).fit(
            ModelTables.rows([[1, 2], [4, 3], [0, 7]], weights: [2, 1, 1]))
        let repeated = try PrincipalComponents(components: 2).fit(
            ModelTables.rows([[1, 2], [1, 2], [4, 3], [0, 7]]))
        #expect(zip(weighted.variances, repeated.variances).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(zip(weighted.directions, repeated.directions).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func oneRowHasNoVariance() throws {
        let fitted = try PrincipalComponents(components: 1).fit(ModelTables.rows([[1, 2]]))
        #expect(fitted.variances == [0, 0])
        #expect(fitted.explainedShares == [0, 0])
        #expect(throws: ModelError.badParameter("components")) { try PrincipalComponents(components: 0).fit(table) }
    }
}
