public import FlowModel

/// Far more flows or packets to one host than are ordinary.
public struct FloodReason: FindingReason {
    /// Whether the subject floods or is flooded.
    public var role: FloodRole
    /// The protocol of the flow that decided.
    public var transport: Transport
    /// Whether the target answers.
    public var isAnswered: Bool
    /// The port most of the load is on, the lower of the two; 0 for ICMP.
    public var port: UInt16
    /// Flows a second.
    public var flowsPerSecond: Double
    /// Packets a second; 0 where the format has none.
    public var packetsPerSecond: Double
    /// Flows a second, or packets that weigh as much, that are ordinary at most.
    public var usual: Double
    /// About how many sources, up to 1,420.
    public var sources: Int
    /// Entropy of the sources' shares, 0 (one has all) to 1 (all alike).
    public var evenness: Double

    /// UDP services that answer with more than they are asked (US-CERT TA14-017A).
    private static let amplifiers: Set<UInt16> = [
        17, 19, 53, 111, 123, 137, 161, 389, 500, 1900, 5353, 11_211, 47_808,
    ]

    public func sentence(of finding: Finding) -> String {
        let isByPackets = packetsPerSecond > 5 * flowsPerSecond && !isAnswered
        let amount =
            "\(Quantity.short(isByPackets ? packetsPerSecond : flowsPerSecond)) "
            + (isAnswered ? "answered" : "unanswered")
            + " \(transport) \(isByPackets ? "packets" : "flows") a second"
        let port = self.port == 0 ? "" : ", port \(self.port)"
        let usual = "up to \(Quantity.short(self.usual)) flows a second are ordinary there"
        if role == .source { return "sent \(amount) to \(finding.peer?.description ?? "one host")\(port); \(usual)" }
        let hosts = sources >= 1400 ? "more than 1,400 hosts" : "about " + Quantity.count(sources, "host")
        return "got \(amount)\(port), from \(hosts) (evenness \(Quantity.short(evenness))); \(usual)"
    }

    public var stage: AttackStage { .impact }
    public var category: Incident.Category { role.category }
    public var techniques: [String] {
        if isAnswered { return ["T1499.002"] }
        if transport == .tcp { return ["T1498.001", "T1499.001"] }
        return Self.amplifiers.contains(port) && transport == .udp && sources > 1 ? ["T1498.002"] : ["T1498.001"]
    }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
