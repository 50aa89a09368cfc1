extension Finding {
    /// Far more flows or packets to one host than are ordinary.
    public struct Flood: Sendable, Equatable {
        /// Whether the subject floods or is flooded.
        public var role: Role
        /// The protocol of the flow that decided.
        public var transport: Transport
        /// Whether the target answers.
        public var isAnswered: Bool
        /// The port most of the load is on, the lower of the two; 0 for ICMP.
        public var port: UInt16
        /// Flows a second.
        public var flowsPerSecond: Double
        /// Packets a second; 0 where the format has none.
        public var packetsPerSecond: Double
        /// Flows a second, or packets that weigh as much, that are ordinary at most.
        public var usual: Double
        /// About how many sources, up to 1,420.
        public var sources: Int
        /// Entropy of the sources' shares, 0 (one has all) to 1 (all alike).
        public var evenness: Double

        /// The end of a flood that a host is at.
        public enum Role: Sendable { case source, target }

        /// The numbers of one flood.
        public init(
            role: Role, transport: Transport, isAnswered: Bool, port: UInt16, flowsPerSecond: Double,
            packetsPerSecond: Double, usual: Double, sources: Int, evenness: Double
        ) {
            self.role = role
            self.transport = transport
            self.isAnswered = isAnswered
            self.port = port
            self.flowsPerSecond = flowsPerSecond
            self.packetsPerSecond = packetsPerSecond
            self.usual = usual
            self.sources = sources
            self.evenness = evenness
        }
    }
}
