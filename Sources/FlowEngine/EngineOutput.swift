public import FlowIncidents
public import FlowModel

/// What an engine has to say since its owner last emptied this.
public struct EngineOutput: Sendable {
    /// Whether findings are wanted one by one; they are weighed in any case.
    public var wantsFindings: Bool
    /// The findings, in the order of the flows that made them, and how their subjects stand with them: nil for a finding
    /// without weight. Findings that a suppression hides are left out.
    public var findings: [(finding: Finding, standing: Ensemble.Standing?)] = []

    /// Nothing said.
    public init(wantsFindings: Bool = false) { self.wantsFindings = wantsFindings }

    /// Empties it, keeping its memory.
    public mutating func removeAll() { findings.removeAll(keepingCapacity: true) }
}
