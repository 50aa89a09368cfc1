public import FlowModel

/// Data moved through DNS, in five minutes.
public struct DNSTunnelReason: FindingReason {
    /// Bytes sent so far.
    public var sent: Double
    /// Bytes received so far.
    public var received: Double
    /// Mean bytes of a question.
    public var question: Double
    /// Mean bytes of an answer.
    public var answer: Double
    /// Among how many servers it is spread; 1 for one that has the most of it.
    public var servers: Int
    /// For how long it has gone on.
    public var minutes: Int
    /// So many bytes both ways are ordinary at most.
    public var limit: Double

    public func sentence(of finding: Finding) -> String {
        "sent \(Quantity.bytes(sent)) to \(finding.peer?.description ?? "one server")"
            + (servers > 1 ? " and \(Quantity.count(servers - 1, "server")) more" : "")
            + " over DNS and received"
            + " \(Quantity.bytes(received)) in 5 min, \(Quantity.bytes(question)) a question and"
            + " \(Quantity.bytes(answer)) an answer, for \(minutes) min; up to"
            + " \(Quantity.bytes(limit)) both ways are ordinary"
    }

    public var stage: AttackStage { .commandAndControl }
    public var category: Incident.Category { .commandAndControl }
    public var techniques: [String] { ["T1071.004", "T1572"] }
    public func ports(of finding: Finding) -> [UInt16] { finding.sampledPorts }
    public var peerCount: Int { servers }
}
