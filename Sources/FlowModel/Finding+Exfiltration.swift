extension Finding {
    /// Much sent to one public peer.
    public struct Exfiltration: Sendable, Equatable {
        /// Bytes sent to it.
        public var bytes: Double
        /// Bytes that came back.
        public var received: Double
        /// In how many flows.
        public var flows: Int
        /// Over how long.
        public var seconds: Int
        /// Home hosts that talk to it too; nil where too few are known to tell.
        public var otherHosts: Int?
        /// Whether it was new when it began.
        public var isNewPeer: Bool
        /// Bytes that 99 of 100 public peers get less than, to the octave.
        public var usual: Double
        /// The numbers of one pair.
        public init(
            bytes: Double, received: Double, flows: Int, seconds: Int, otherHosts: Int?, isNewPeer: Bool, usual: Double
        ) {
            self.bytes = bytes
            self.received = received
            self.flows = flows
            self.seconds = seconds
            self.otherHosts = otherHosts
            self.isNewPeer = isNewPeer
            self.usual = usual
        }
    }
}
