extension Finding {
    /// Hosts entered over ports of administration, one from the other.
    public struct LateralMovement: Sendable, Equatable {
        /// The port of the last entry.
        public var port: UInt16
        /// Hosts that the subject entered.
        public var hosts: Int
        /// Hosts entered from those.
        public var further: Int
        /// The longest way, in entries: 1 where nobody entered went on.
        public var steps: Int
        /// Who made the last entry: the subject, or a host on the way.
        public var last: IPAddress
        /// Entries an hour that are ordinary for the subject.
        public var usual: Double
        /// The numbers of one movement.
        public init(port: UInt16, hosts: Int, further: Int, steps: Int, last: IPAddress, usual: Double) {
            self.port = port
            self.hosts = hosts
            self.further = further
            self.steps = steps
            self.last = last
            self.usual = usual
        }
    }
}
