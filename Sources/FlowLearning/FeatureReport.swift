public import FlowFeatures
import FlowModel

/// What is reported about a table of features: how many rows it has, and what its limits left out.
public enum FeatureReport {
    /// One line each, without what is zero.
    public static func lines(_ builder: any FeatureBuilder, by subject: FeatureSubject) -> [String] {
        let left = builder.left
        let counts = [
            (left.flows, "flows in no row: too many hosts, pairs or rows"),
            (left.late, "flows came long after their window and are in no row"),
            (left.uncounted, "flows left out of distinct counts: too many to tell apart"),
            (left.unfilled, "empty windows have no row of zeros: too many"),
        ]
        return ["\(Quantity.count(builder.rowCount, "row")) by \(subject.rawValue)"]
            + counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    }
}
