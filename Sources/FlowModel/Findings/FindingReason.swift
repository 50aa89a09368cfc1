/// What a detector saw, in numbers, and all that can be said of it. Each detector has a type of its own, which stands in
/// the detector's folder. Text is made only when somebody asks for it: most findings are never read.
public protocol FindingReason: Sendable, Equatable {
    /// One sentence without its subject: what was seen, with the number and the normal it was held against.
    func sentence(of finding: Finding) -> String
    /// The step of an attack that it is a sign of.
    var stage: AttackStage { get }
    /// What kind of incident it makes where it is the strongest sign.
    var category: Incident.Category { get }
    /// The ATT&CK techniques it points to; none where it says nothing of intent.
    var techniques: [String] { get }
    /// Further keys of a finding in JSON. Their names are a promise.
    var facts: [Fact] { get }
    /// The destination ports it is about, where all of them are known.
    func ports(of finding: Finding) -> [UInt16]
    /// Other ends that are known by address, besides the finding's `peer`.
    var namedPeers: [IPAddress] { get }
    /// How many other ends there are.
    var peerCount: Int { get }
}

extension FindingReason {
    public var stage: AttackStage { .context }
    public var category: Incident.Category { .anomaly }
    public var techniques: [String] { [] }
    public var facts: [Fact] { [] }
    public func ports(of finding: Finding) -> [UInt16] { [] }
    public var namedPeers: [IPAddress] { [] }
    public var peerCount: Int { 1 }

    /// Whether another reason is of the same type and says the same.
    func isEqual(to other: any FindingReason) -> Bool { (other as? Self) == self }
}
