extension Finding {
    /// A minute in which addresses or ports are spread otherwise than before, and the host that had most to do with it.
    public struct EntropyShift: Sendable, Equatable {
        /// What is spread over the flows.
        public enum Feature: Int, Sendable, CaseIterable {
            case sourceAddresses, destinationAddresses, sourcePorts, destinationPorts
        }

        /// What moved most.
        public var feature: Feature
        /// Its entropy, bits.
        public var bits: Double
        /// What it was before, bits.
        public var usualBits: Double
        /// Flows of the minute.
        public var flows: Int
        /// Flows that the subject opened or, where `isDestination`, got; and how many it usually does.
        public var hostFlows: Int
        public var usualHostFlows: Double
        /// Whether the subject stands out as a destination.
        public var isDestination: Bool
        /// The numbers of one minute.
        public init(
            feature: Feature, bits: Double, usualBits: Double, flows: Int, hostFlows: Int, usualHostFlows: Double,
            isDestination: Bool
        ) {
            self.feature = feature
            self.bits = bits
            self.usualBits = usualBits
            self.flows = flows
            self.hostFlows = hostFlows
            self.usualHostFlows = usualHostFlows
            self.isDestination = isDestination
        }
    }
}
