public import FlowModel

/// One service port of many servers outside, in ten minutes.
public struct SpamReason: FindingReason {
    /// The port.
    public var port: UInt16
    /// About how many servers that answered.
    public var servers: Int
    /// Whether mail is handed over on this port.
    public var isMail: Bool
    /// So many are ordinary at most.
    public var limit: Double
    /// What the host itself does; nil while nothing is known of it.
    public var usual: Double?

    public func sentence(of finding: Finding) -> String {
        let text =
            "had about \(Quantity.count(servers, "server")) outside \(isMail ? "take its mail" : "answer") in 10 min"
            + " (port \(port)); up to \(Quantity.short(limit)) are ordinary"
        return usual.map { text + " (\(Quantity.short($0)) for this host)" } ?? text
    }

    public var stage: AttackStage { .impact }
    public var techniques: [String] { isMail ? ["T1566.002", "T1071.003"] : [] }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
    public var peerCount: Int { servers }
}
