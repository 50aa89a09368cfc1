public import FlowModel

/// Much gathered from hosts inside, in a quarter of an hour.
public struct DataHoardingReason: FindingReason {
    /// Bytes so far.
    public var bytes: Double
    /// From about how many peers, up to 266.
    public var peers: Int
    /// Share of the bytes from peers it had not talked to before, 0 to 1.
    public var newShare: Double
    /// So many bytes are ordinary at most.
    public var limit: Double
    /// What the host itself gathers; nil while nothing is known of it.
    public var usual: Double?

    public func sentence(of finding: Finding) -> String {
        let text =
            "pulled \(Quantity.bytes(bytes)) from about \(Quantity.count(peers, "host")) inside in 15 min,"
            + " \(Quantity.percent(newShare)) of it from peers it had not talked to before; up to"
            + " \(Quantity.bytes(limit)) is ordinary"
        return usual.map { text + " (\(Quantity.bytes($0)) for this host)" } ?? text
    }

    public var stage: AttackStage { .dataHoarding }
    public var category: Incident.Category { .dataHoarding }
    public var techniques: [String] { ["T1039", "T1074"] }
    public var peerCount: Int { peers }
}
