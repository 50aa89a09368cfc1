extension Finding {
    /// Connections to one host, begun in one minute, that were taken up, hardly used and never closed.
    public struct NeverClosed: Sendable, Equatable {
        /// Whether the subject holds them open or has them held open.
        public var role: Flood.Role
        /// The port most of them are to.
        public var port: UInt16
        /// How many.
        public var connections: Int
        /// How many a minute are ordinary there at most.
        public var usual: Double
        /// The numbers of one target.
        public init(role: Flood.Role, port: UInt16, connections: Int, usual: Double) {
            self.role = role
            self.port = port
            self.connections = connections
            self.usual = usual
        }
    }
}
