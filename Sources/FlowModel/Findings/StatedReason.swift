/// A reason as it was written down: it says what the detector's own reason said, without its numbers.
public struct StatedReason: FindingReason, Codable {
    private let sentence: String
    public let stage: AttackStage
    public let category: Incident.Category
    public let techniques: [String]
    public let facts: [Fact]
    private let ports: [UInt16]
    public let namedPeers: [IPAddress]
    public let peerCount: Int

    /// What the reason of a finding says.
    public init(of finding: Finding) {
        let reason = finding.reason
        sentence = finding.sentence
        stage = reason.stage
        category = reason.category
        techniques = reason.techniques
        facts = reason.facts
        ports = finding.ports
        namedPeers = reason.namedPeers
        peerCount = reason.peerCount
    }

    public func sentence(of finding: Finding) -> String { sentence }
    public func ports(of finding: Finding) -> [UInt16] { ports }
}
