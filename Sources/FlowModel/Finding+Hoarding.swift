extension Finding {
    /// Much gathered from hosts inside, in a quarter of an hour.
    public struct Hoarding: Sendable, Equatable {
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
        /// The numbers of one host.
        public init(bytes: Double, peers: Int, newShare: Double, limit: Double, usual: Double?) {
            self.bytes = bytes
            self.peers = peers
            self.newShare = newShare
            self.limit = limit
            self.usual = usual
        }
    }
}
