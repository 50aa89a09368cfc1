/// Why a model cannot learn from a table, or judge it.
public enum ModelError: Error, Equatable {
    /// The table has no rows, or no columns.
    case noRows
    /// A value is NaN or infinite; row and column count from 0.
    case notFinite(row: Int, column: String)
    /// A weight is NaN, infinite, 0 or negative.
    case badWeight(row: Int)
    /// Fewer rows than clusters are asked for.
    case fewerRows(Int, clusters: Int)
    /// Fewer rows than the model needs to learn from.
    case tooFewRows(Int, needed: Int)
    /// A parameter out of its range: its name.
    case badParameter(String)
    /// The table has other columns than the model was fitted to.
    case otherColumns
    /// LAPACK did not converge; its code.
    case noConvergence(Int)
}
