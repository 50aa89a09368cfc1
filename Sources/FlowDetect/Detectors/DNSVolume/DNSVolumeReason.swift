public import FlowModel

/// Far more questions over DNS than are ordinary, in five minutes.
public struct DNSVolumeReason: FindingReason {
    /// Questions so far.
    public var questions: Double
    /// Of these, unanswered.
    public var unanswered: Double
    /// Other connections opened in the same time.
    public var others: Double
    /// So many questions more than connections are ordinary at most.
    public var limit: Double
    /// What the host itself asks; nil while nothing is known of it.
    public var usual: Double?

    public func sentence(of finding: Finding) -> String {
        var text = "asked \(Quantity.short(questions)) times over DNS in 5 min"
        if unanswered >= 1 { text += ", \(Quantity.short(unanswered)) unanswered" }
        text +=
            ", and opened \(Quantity.short(others)) other connections; up to \(Quantity.short(limit))"
            + " questions more than connections are ordinary"
        return usual.map { text + " (\(Quantity.short($0)) questions for this host)" } ?? text
    }

    public var stage: AttackStage { .commandAndControl }
    public var techniques: [String] { ["T1071.004", "T1568.002"] }
    public func ports(of finding: Finding) -> [UInt16] { [53] }
}
