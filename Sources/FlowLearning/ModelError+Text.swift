public import FlowMath
import FlowModel

extension ModelError {
    /// What is wrong, for a person.
    public var text: String {
        switch self {
        case .noRows: "there are no rows to learn from"
        case .notFinite(let row, let column): "row \(row + 1): \(column) is not finite"
        case .badWeight(let row): "row \(row + 1) has a weight that is not above 0"
        case .fewerRows(let rows, let clusters):
            "\(Quantity.count(rows, "row")), fewer than the \(clusters) clusters of --k"
        case .tooFewRows(let rows, let needed): "\(Quantity.count(rows, "row")): too few, it takes \(needed)"
        case .badParameter(let name): "\(name) is out of its range"
        case .otherColumns: "the table has other columns than the model"
        case .noConvergence(let code): "the eigenvectors could not be computed (LAPACK says \(code))"
        }
    }
}
