public import FlowModel

/// Hosts entered over ports of administration, one from the other.
public struct LateralMovementReason: FindingReason {
    /// The port of the last entry.
    public var port: UInt16
    /// Hosts that the subject entered.
    public var hosts: Int
    /// Hosts entered from those.
    public var further: Int
    /// The longest way, in entries: 1 where nobody entered went on.
    public var steps: Int
    /// Who made the last entry: the subject, or a host on the way.
    public var last: IPAddress
    /// Entries an hour that are ordinary for the subject.
    public var usual: Double

    public func sentence(of finding: Finding) -> String {
        let service = port == 135 ? "RPC" : LoginService(port: port)?.name ?? "port \(port)"
        var text =
            "entered \(Quantity.count(hosts, "host")) here that it had nothing to do with, and hardly"
            + " anybody, in \(Quantity.microseconds(finding.span.seconds * 1e6))"
        if further > 0 {
            text +=
                "; from there on to \(Quantity.count(further, "host")) more within an hour, up to \(steps) steps away"
        }
        let peer = finding.peer?.text(withPort: port) ?? "port \(port)"
        return text + "; last by \(last), \(peer) (\(service)); for such a host \(Quantity.short(usual)) an hour are"
            + " ordinary"
    }

    public var stage: AttackStage { .lateralMovement }
    public var category: Incident.Category { .exploitation }
    public var techniques: [String] {
        switch port {
        case 139, 445: ["T1021.002", "T1570"]
        case 3389: ["T1021.001"]
        case 135: ["T1021.003", "T1047"]
        case 22: ["T1021.004"]
        case 5900...5903: ["T1021.005"]
        case 5985, 5986: ["T1021.006"]
        default: ["T1021"]
        }
    }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
    public var peerCount: Int { hosts + further }
}
