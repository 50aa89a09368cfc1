public import FlowModel

/// A flow far above its group.
public struct GroupOutlierReason: FindingReason {
    /// What is far above.
    public var measure: GroupMeasure
    /// Bytes, or bytes a second.
    public var value: Double
    /// The group's median.
    public var median: Double
    /// Robust standard deviations above it, of the logarithm.
    public var deviations: Double
    /// The group that it is held against; nil is all home hosts.
    public var group: String?
    /// Whether the peer has a public address.
    public var isPublicPeer: Bool

    public func sentence(of finding: Finding) -> String {
        let unit = measure.isRate ? "/s" : ""
        let verb = measure.isSent ? "sent" : "received"
        let preposition = measure.isSent ? "to" : "from"
        let whose = group.map { "the \"\($0)\" group" } ?? "hosts here"
        let kind = isPublicPeer ? "public" : "internal"
        return "\(verb) \(Quantity.bytes(value))\(unit) \(preposition) \(kind) \(finding.peer?.description ?? "peer");"
            + " the median of \(whose) \(preposition) \(kind) peers is \(Quantity.bytes(median))\(unit)"
            + " (\(Quantity.short(deviations)) robust deviations above)"
    }

    public var stage: AttackStage { !isPublicPeer ? .context : measure.isSent ? .impact : .dataHoarding }
    public var category: Incident.Category {
        !isPublicPeer ? .anomaly : measure.isSent ? .exfiltration : .dataHoarding
    }
    public var techniques: [String] { !isPublicPeer ? [] : measure.isSent ? ["T1048"] : ["T1105"] }
    public func ports(of finding: Finding) -> [UInt16] { finding.sampledPorts }
}

/// The measures a flow is held against its group in.
public enum GroupMeasure: String, Sendable, CaseIterable {
    case bytesSent
    case rateSent
    case bytesReceived
    case rateReceived

    /// Whether it is about what the subject sent.
    public var isSent: Bool { self == .bytesSent || self == .rateSent }
    /// Whether it is bytes a second.
    public var isRate: Bool { self == .rateSent || self == .rateReceived }
}
