extension Finding {
    /// A flow that the settings forbid.
    public struct Policy: Sendable, Equatable {
        /// The rule, as a person reads it.
        public var rule: String
        /// Its place in the settings, from 1.
        public var number: Int
        /// The port called.
        public var port: UInt16
        /// Over this.
        public var transport: Transport
        /// Flows of the subject against this rule so far.
        public var flows: Int
        /// Whether one of them was taken up.
        public var isAnswered: Bool
        /// What a host did against a rule.
        public init(rule: String, number: Int, port: UInt16, transport: Transport, flows: Int, isAnswered: Bool) {
            self.rule = rule
            self.number = number
            self.port = port
            self.transport = transport
            self.flows = flows
            self.isAnswered = isAnswered
        }
    }
}
