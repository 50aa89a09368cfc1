extension Finding {
    /// One service port of many servers outside, in ten minutes.
    public struct FanOut: Sendable, Equatable {
        /// The port.
        public var port: UInt16
        /// About how many servers that answered.
        public var servers: Int
        /// Whether mail is handed over on this port.
        public var isMail: Bool
        /// So many are ordinary at most.
        public var limit: Double
        /// What the host itself does; nil while nothing is known of it.
        public var usual: Double?
        /// The numbers of one host and port.
        public init(port: UInt16, servers: Int, isMail: Bool, limit: Double, usual: Double?) {
            self.port = port
            self.servers = servers
            self.isMail = isMail
            self.limit = limit
            self.usual = usual
        }
    }
}
