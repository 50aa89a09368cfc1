extension Finding {
    /// Calls of one port by a clock.
    public struct Beacon: Sendable, Equatable {
        /// Seconds from one call to the next.
        public var period: Double
        /// By which share of the period a call is off at most, 0 to 1.
        public var jitter: Double
        /// Share of calls that were left out, 0 to below 1.
        public var missed: Double
        /// Calls looked at; those that come together count once.
        public var calls: Int
        /// The port called.
        public var port: UInt16
        /// Over this.
        public var transport: Transport
        /// Share of the flows without an answer.
        public var unanswered: Double
        /// Home hosts that were seen to call the same address.
        public var clients: Int
        /// Ports that applications call outside every day.
        public static let usualPorts: Set<UInt16> = [21, 22, 53, 80, 443, 853, 3478, 5222, 5223, 5228, 8080, 8443]

        /// A clock and what follows it.
        public init(
            period: Double, jitter: Double, missed: Double, calls: Int, port: UInt16, transport: Transport,
            unanswered: Double, clients: Int
        ) {
            self.period = period
            self.jitter = jitter
            self.missed = missed
            self.calls = calls
            self.port = port
            self.transport = transport
            self.unanswered = unanswered
            self.clients = clients
        }
    }
}
