import FlowFeatures
import FlowOutput
import FlowPipeline
import FlowSettings

/// What standard error says of a table of features.
enum FeatureReport {
    static func write(_ builder: any FeatureBuilder, by subject: FeatureSubject) {
        StandardError.print("\(Quantity.count(builder.rowCount, "row")) by \(subject.rawValue)")
        let left = builder.left
        for (count, what) in [
            (left.flows, "flows in no row: too many hosts, pairs or rows"),
            (left.late, "flows came long after their window and are in no row"),
            (left.uncounted, "flows left out of distinct counts: too many to tell apart"),
            (left.unfilled, "empty windows have no row of zeros: too many"),
        ] where count > 0 {
            StandardError.print("\(count) \(what)")
        }
    }
}

extension FeatureLimits {
    /// The limits of the settings.
    init(_ limits: Settings.Limits) {
        self.init()
        hosts = limits.hosts
        pairs = limits.pairs
    }
}
