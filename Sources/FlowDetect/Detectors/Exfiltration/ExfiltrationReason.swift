public import FlowModel

/// Much sent to one public peer.
public struct ExfiltrationReason: FindingReason {
    /// Bytes sent to it.
    public var bytes: Double
    /// Bytes that came back.
    public var received: Double
    /// In how many flows.
    public var flows: Int
    /// Over how long.
    public var seconds: Int
    /// Home hosts that talk to it too; nil where too few are known to tell.
    public var otherHosts: Int?
    /// Whether it was new when it began.
    public var isNewPeer: Bool
    /// Bytes that 99 of 100 public peers get less than, to the octave.
    public var usual: Double

    public func sentence(of finding: Finding) -> String {
        var text =
            "sent \(Quantity.bytes(bytes)) to public \(finding.peer?.description ?? "peer") in "
            + Quantity.count(flows, "flow")
        if seconds > 0 { text += " over \(Quantity.microseconds(Double(seconds) * 1e6))" }
        text += ", \(Quantity.bytes(received)) came back"
        if otherHosts == 0 { text += "; no other host here talks to it" }
        if isNewPeer { text += otherHosts == 0 ? " and it was new" : "; it was new" }
        return text + "; 99 of 100 public peers get less than \(Quantity.bytes(usual))"
    }

    public var stage: AttackStage { .impact }
    public var category: Incident.Category { .exfiltration }
    public var techniques: [String] { ["T1048"] }
    public func ports(of finding: Finding) -> [UInt16] { finding.sampledPorts }
}
