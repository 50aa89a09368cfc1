extension Finding {
    /// A host with far more in a window than its group's hosts have.
    public struct PortCount: Sendable, Equatable {
        /// What is counted.
        public enum Measure: String, Sendable, CaseIterable {
            case ports, peers, bytes
        }

        /// What is farthest above.
        public var measure: Measure
        /// How much of it there is.
        public var value: Double
        /// The group's median.
        public var median: Double
        /// Most distinct ports of one peer, distinct peers, bytes both ways.
        public var values: [Double]
        /// How many of TCP, UDP, ICMP and all others were used.
        public var protocols: Int
        /// The subject's groups, the first of which it is held against; `.none` is all home hosts.
        public var groups: GroupSetID
        /// The numbers of one host.
        public init(
            measure: Measure, value: Double, median: Double, values: [Double], protocols: Int, groups: GroupSetID
        ) {
            self.measure = measure
            self.value = value
            self.median = median
            self.values = values
            self.protocols = protocols
            self.groups = groups
        }
    }
}
