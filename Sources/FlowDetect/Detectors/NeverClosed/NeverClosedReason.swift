public import FlowModel

/// Connections to one host, begun in one minute, that were taken up, hardly used and never closed.
public struct NeverClosedReason: FindingReason {
    /// Whether the subject holds them open or has them held open.
    public var role: FloodRole
    /// The port most of them are to.
    public var port: UInt16
    /// How many.
    public var connections: Int
    /// How many a minute are ordinary there at most.
    public var usual: Double

    public func sentence(of finding: Finding) -> String {
        let amount = Quantity.count(connections, "connection")
        let usual = "hardly used and never closed, begun within a minute; up to \(Quantity.short(usual)) are ordinary"
        return role == .source
            ? "holds \(amount) to \(finding.peer?.text(withPort: port) ?? "port \(port)"), \(usual)"
            : "has \(amount) to port \(port), \(usual)"
    }

    public var stage: AttackStage { .impact }
    public var category: Incident.Category { role.category }
    public var techniques: [String] { ["T1499.002"] }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
