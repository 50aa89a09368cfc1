public import FlowModel

/// Far more peers that did not answer than are ordinary, in five minutes.
public struct UnansweredReason: FindingReason {
    /// Peers tried, once for each window.
    public var tried: Int
    /// Of these, without an answer.
    public var vain: Int
    /// Share without an answer that is ordinary at most, 0 to 1.
    public var usualShare: Double

    public func sentence(of finding: Finding) -> String {
        let share = Double(vain) / Double(max(1, tried))
        return "\(Quantity.grouped(vain)) of \(Quantity.count(tried, "peer")) tried in 5 min did not"
            + " answer (\(Quantity.percent(share))); up to \(Quantity.percent(usualShare)) is ordinary here"
    }

    public var stage: AttackStage { .reconnaissance }
}
