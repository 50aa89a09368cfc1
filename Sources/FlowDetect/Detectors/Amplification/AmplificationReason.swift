public import FlowModel

/// Large answers of services that answer with far more than they are asked, in ten seconds.
public struct AmplificationReason: FindingReason {
    /// Whether the subject answers (a reflector) or is answered (the victim).
    public var role: FloodRole
    /// The service's port.
    public var port: UInt16
    /// Records of such answers.
    public var responses: Int
    /// Of these, without a request.
    public var unasked: Int
    /// Bytes of the answers.
    public var bytes: Double
    /// About how many other ends: reflectors of a victim, victims of a reflector; up to 266.
    public var peers: Int
    /// Bytes in ten seconds that are ordinary at most.
    public var usual: Double

    public func sentence(of finding: Finding) -> String {
        let bytes = "\(Quantity.bytes(bytes)) in 10 s"
        let answers = Quantity.count(responses, "large answer")
        let service = "port \(port) (UDP)"
        let usual = "up to \(Quantity.bytes(usual)) are ordinary"
        switch role {
        case .target:
            let peers = peers > 200 ? "more than 200 hosts" : "about \(Quantity.count(peers, "host"))"
            return "got \(bytes) in \(answers) from \(service) of \(peers), "
                + "\(Quantity.grouped(unasked)) of them without a request; \(usual)"
        case .source:
            return "answered \(Quantity.count(peers, "host")) outside with \(bytes) from its \(service), in"
                + " \(answers), at least five times what was asked; \(usual)"
        }
    }

    public var stage: AttackStage { .impact }
    public var category: Incident.Category { role.category }
    public var techniques: [String] { ["T1498.002"] }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
