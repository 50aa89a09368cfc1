public import FlowModel

/// Traffic between a home host and an outside one that is on blocklists.
public struct BlocklistHitReason: FindingReason {
    /// A feed that the outside host is on.
    public struct Entry: Sendable, Equatable {
        /// Its name.
        public var feed: String
        /// The chance that who is on it is hostile, 0 to 1.
        public var confidence: Double
        /// Nanoseconds between the feed's copy and the traffic.
        public var age: Int64
        /// A feed, its confidence and its age.
        public init(feed: String, confidence: Double, age: Int64) {
            self.feed = feed
            self.confidence = confidence
            self.age = age
        }
    }

    /// The feeds.
    public var entries: [Entry]
    /// Whether the home host opened the flows.
    public var isOutbound: Bool
    /// Whether one was answered.
    public var isAnswered: Bool
    /// How many flows.
    public var flows: Int
    /// Bytes from the side that opened them.
    public var bytesSent: UInt64
    /// Bytes back.
    public var bytesReceived: UInt64
    /// The latest port called.
    public var port: UInt16
    /// Over this.
    public var transport: Transport
    /// Outside hosts called from here that are listed, and in all.
    public var listedPeers: Int
    public var peers: Int

    public func sentence(of finding: Finding) -> String {
        let feeds = entries.prefix(3).map { entry in
            "\(entry.feed) (confidence \(Quantity.short(entry.confidence)),"
                + " \(Quantity.microseconds(Double(entry.age) / 1000)) apart)"
        }
        let lists = feeds.joined(separator: ", ") + (entries.count > 3 ? ", …" : "")
        let peer = finding.peer?.text(withPort: port) ?? "port \(port)"
        let answered = isAnswered ? "answered" : "unanswered"
        let flows = "\(Quantity.count(flows, "flow"))"
        let bytes = "\(Quantity.bytes(Double(bytesSent))) sent, \(Quantity.bytes(Double(bytesReceived))) back"
        guard isOutbound else {
            return "is listed by \(lists) and called \(peer) (\(transport)), \(answered): \(flows), \(bytes)"
        }
        return "called \(peer) (\(transport)), listed by \(lists), \(answered): \(flows), \(bytes);"
            + " of \(Quantity.count(peers, "host")) called from here \(Quantity.grouped(listedPeers))"
            + (listedPeers == 1 ? " is" : " are") + " listed"
    }

    public var stage: AttackStage { isOutbound ? .commandAndControl : .reconnaissance }
    public var category: Incident.Category { isOutbound ? .commandAndControl : .reconnaissance }
    public var techniques: [String] { isOutbound ? ["T1071"] : [] }
    public func ports(of finding: Finding) -> [UInt16] { finding.sampledPorts }
}
