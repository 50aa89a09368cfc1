extension Finding {
    /// Large answers of services that answer with far more than they are asked, in ten seconds.
    public struct Amplification: Sendable, Equatable {
        /// Whether the subject answers (a reflector) or is answered (the victim).
        public var role: Flood.Role
        /// The service's port.
        public var port: UInt16
        /// Records of such answers.
        public var responses: Int
        /// Of these, without a request.
        public var unasked: Int
        /// Bytes of the answers.
        public var bytes: Double
        /// About how many other ends: reflectors of a victim, victims of a reflector; up to 266.
        public var peers: Int
        /// Bytes in ten seconds that are ordinary at most.
        public var usual: Double
        /// The numbers of one end.
        public init(
            role: Flood.Role, port: UInt16, responses: Int, unasked: Int, bytes: Double, peers: Int, usual: Double
        ) {
            self.role = role
            self.port = port
            self.responses = responses
            self.unasked = unasked
            self.bytes = bytes
            self.peers = peers
            self.usual = usual
        }
    }
}
