public import FlowModel

/// All that is known of a detector apart from how it works. It stands at the top of the detector's file; lists, tables and
/// the weighing of evidence are made from it.
public struct DetectorProfile: Sendable {
    /// The name that settings and options take.
    public var name: DetectorName
    /// What it watches for, in one sentence.
    public var watchesFor: String
    /// What it is worth by itself, as README says it.
    public var weight: String
    /// What it looks at: of a family only the strongest counts.
    public var family: DetectorFamily
    /// Most evidence it gives, in nats.
    public var cap: Double
    /// Where that number comes from.
    public var capSource: String
    /// What the evidence of a finding counts.
    public var evidence: Evidence
    /// Which of its findings about a host is shown.
    public var shown: Shown
    /// Another detector of the family. Where both found something, the incident takes that one's category.
    public var categoryFrom: DetectorName?

    /// What the evidence of a finding counts.
    public enum Evidence: Sendable {
        /// All there is so far, so that it does not add to the findings before it: of large transfers the largest is the
        /// story, and a scan's evidence is that of the whole scan.
        case total
        /// What has come since the finding before it.
        case further
    }

    /// Which of a detector's findings about a host is shown.
    public enum Shown: Sendable {
        /// The one with the most evidence.
        case strongest
        /// The one with the highest score: its numbers count from the start, so that the latest says most.
        case furthest
    }

    /// A profile of all its parts.
    public init(
        name: DetectorName, watchesFor: String, weight: String, family: DetectorFamily, cap: Double, capSource: String,
        evidence: Evidence, shown: Shown = .strongest, categoryFrom: DetectorName? = nil
    ) {
        self.name = name
        self.watchesFor = watchesFor
        self.weight = weight
        self.family = family
        self.cap = cap
        self.capSource = capSource
        self.evidence = evidence
        self.shown = shown
        self.categoryFrom = categoryFrom
    }
}
