public import FlowModel

/// Unlike what a model of good traffic has learnt.
public struct ModelOutlierReason: FindingReason {
    /// A feature that makes it so.
    public struct Feature: Sendable, Equatable {
        /// Its name, as in docs/features.md, and its unit.
        public var name: String
        public var unit: String
        /// Its value, and what is ordinary.
        public var value: Double
        public var usual: Double
        /// A feature with its value.
        public init(name: String, unit: String, value: Double, usual: Double) {
            self.name = name
            self.unit = unit
            self.value = value
            self.usual = usual
        }
    }

    /// The model's method: `ecod`.
    public var method: String
    /// What its rows are about: `host`, `pair`, `window`.
    public var subject: String
    /// Over how long.
    public var windowSeconds: Double
    /// From how many rows it has learnt.
    public var trainedRows: Int
    /// Of so many rows one is so unlike.
    public var oneIn: Double
    /// The features that make it so, most first.
    public var features: [Feature]

    public func sentence(of finding: Finding) -> String {
        let causes = features.map { feature in
            "\(feature.name) \(Quantity.amount(feature.value, unit: feature.unit))"
                + " (usual \(Quantity.amount(feature.usual, unit: feature.unit)))"
        }
        let what = subject == "window" ? "opened most of a window that is" : "is"
        return "\(what) unlike what the model has learnt (\(method), \(subject)s in "
            + "\(Quantity.microseconds(windowSeconds * 1e6))): "
            + (causes.isEmpty ? "" : causes.joined(separator: ", ") + "; ")
            + "of its \(Quantity.grouped(trainedRows)) rows 1 in \(Quantity.short(oneIn)) is so unlike"
    }
}
