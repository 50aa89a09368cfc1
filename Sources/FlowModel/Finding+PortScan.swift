extension Finding {
    /// Peers and ports tried for the first time.
    public struct PortScan: Sendable, Equatable {
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
    }
}
