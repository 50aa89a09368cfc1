extension Finding {
    /// Something a host met for the first time.
    public struct Novelty: Sendable, Equatable {
        /// What is new to a host, or to all hosts here.
        public enum Kind: Sendable, Equatable {
            /// A service port that it used.
            case portUsed
            /// A port that it answered on.
            case portOffered
            /// A peer that it called.
            case peer
            /// An outside network that it called into.
            case network
            /// The country of a host outside.
            case country(Place)
            /// The autonomous system of a host outside.
            case autonomousSystem(Place)
        }

        /// What is new.
        public var kind: Kind
        /// The port.
        public var port: UInt16
        /// Its protocol.
        public var transport: Transport
        /// Share of ten-minute slices in which something new is ordinary, 0 to 1.
        public var share: Double
        /// Slices in which the host, or any host here, was seen to do something.
        public var slices: Int
        /// Something new, and how often there is.
        public init(kind: Kind, port: UInt16, transport: Transport, share: Double, slices: Int) {
            self.kind = kind
            self.port = port
            self.transport = transport
            self.share = share
            self.slices = slices
        }
    }

    /// A finding of something new in one flow; its score is -ln of how ordinary that is.
    package init(
        novelty: Novelty, detector: DetectorName, subject: IPAddress, peer: IPAddress, evidence: Double, flow: Flow
    ) {
        self.init(
            detector: detector, subject: subject, peer: peer, span: Window(start: flow.start, end: flow.end),
            score: evidence, baseline: novelty.share, evidence: evidence, flows: 1, reason: .novelty(novelty),
            sample: flow)
    }
}
