extension Finding {
    /// A connection that lasts longer than is allowed.
    public struct LongConnection: Sendable, Equatable {
        /// How long so far.
        public var seconds: Double
        /// In how many records.
        public var slices: Int
        /// Bytes both ways.
        public var bytes: Double
        /// The service's port.
        public var port: UInt16
        /// Connections of the same group to the same port that lasted as long before.
        public var others: Int
        /// Seconds that are allowed.
        public var limit: Double
        /// The numbers of one connection.
        public init(seconds: Double, slices: Int, bytes: Double, port: UInt16, others: Int, limit: Double) {
            self.seconds = seconds
            self.slices = slices
            self.bytes = bytes
            self.port = port
            self.others = others
            self.limit = limit
        }
    }
}
