extension Finding {
    /// Traffic between a home host and an outside one that is on blocklists.
    public struct Listed: Sendable, Equatable {
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

        /// The numbers of one pair.
        public init(
            entries: [Entry], isOutbound: Bool, isAnswered: Bool, flows: Int, bytesSent: UInt64, bytesReceived: UInt64,
            port: UInt16, transport: Transport, listedPeers: Int, peers: Int
        ) {
            self.entries = entries
            self.isOutbound = isOutbound
            self.isAnswered = isAnswered
            self.flows = flows
            self.bytesSent = bytesSent
            self.bytesReceived = bytesReceived
            self.port = port
            self.transport = transport
            self.listedPeers = listedPeers
            self.peers = peers
        }
    }
}
