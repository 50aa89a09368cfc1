public import FlowModel

/// Peers and ports tried for the first time.
public struct PortScanReason: FindingReason {
    /// Most examples of each kind.
    public static let exampleLimit = 16

    /// How peers and ports go together.
    public enum Kind: Sendable, Equatable {
        /// Many ports of a peer.
        case vertical
        /// A port of many peers.
        case horizontal
        /// Any port of any peer.
        case random
    }

    /// A port of a peer.
    public struct Service: Sendable, Equatable {
        /// The peer.
        public var address: IPAddress
        /// The port.
        public var port: UInt16
        /// A port of a peer.
        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// How peers and ports go together.
    public var kind = Kind.random
    /// Whether a stranger from outside tried what is ours.
    public var isInbound: Bool
    /// Distinct (peer, port) that did not answer; above 512 contacts this and the counts below are estimates.
    public var unanswered = 0
    /// Distinct (peer, port) that answered, and nothing was said.
    public var touched = 0
    /// Distinct peers and ports among the unanswered.
    public var peerCount = 0
    public var portCount = 0
    /// The peers and ports tried most, and some that answered.
    public var peers: [IPAddress] = []
    public var ports: [UInt16] = []
    public var answers: [Service] = []

    /// Nothing tried yet.
    public init(isInbound: Bool) { self.isInbound = isInbound }

    public func sentence(of finding: Finding) -> String {
        let portWords = Quantity.count(portCount, "port")
        let hosts = Quantity.count(peerCount, "host")
        var text: String
        switch kind {
        case .vertical where peerCount == 1:
            text = "tried \(portWords) of \(Self.list(peers)) in vain (\(Self.list(ports)))"
        case .vertical:
            text = "tried \(portWords) of \(hosts) in vain, \(Quantity.count(unanswered, "service")) in all"
            text += " (\(Self.list(ports)); \(Self.list(peers)))"
        case .horizontal where portCount == 1:
            let what = ports == [0] ? "pinged" : "tried port \(Self.list(ports)) of"
            text = "\(what) \(hosts) in vain (\(Self.list(peers)))"
        case .horizontal, .random:
            text = "tried \(Quantity.count(unanswered, "service")) of \(hosts) in vain"
            text += " (\(portCount == 1 ? "port" : "ports") \(Self.list(ports)); \(Self.list(peers)))"
        }
        if touched > 0 {
            let open = answers.map { $0.address.text(withPort: $0.port) }
            text += "; \(Quantity.grouped(touched)) answered (\(Self.list(open)))"
        }
        return text + (isInbound ? "; nobody here had asked it" : "; of an ordinary host's first tries 1 in 4 fails")
    }

    /// A few of the examples.
    private static func list(_ examples: [some Any]) -> String {
        let shown = examples.prefix(5).map { "\($0)" }.joined(separator: ", ")
        return examples.count > 5 ? shown + ", …" : shown
    }

    public var stage: AttackStage { .reconnaissance }
    public var category: Incident.Category { .reconnaissance }
    public var techniques: [String] { isInbound ? ["T1595"] : kind == .vertical ? ["T1046"] : ["T1018", "T1046"] }

    /// What was tried in vain most often, and what answered.
    public var facts: [Fact] {
        [
            Fact("unanswered", .number(Double(unanswered))),
            Fact("ports", .list(ports.map { .number(Double($0)) })),
            Fact("targets", .list(peers.map { .text($0.description) })),
            Fact("answered", .list(answers.map { .text($0.address.text(withPort: $0.port)) })),
        ]
    }

    public func ports(of finding: Finding) -> [UInt16] { ports.count == portCount ? ports : [] }
    public var namedPeers: [IPAddress] { peers }
}
