extension Finding {
    /// Data moved through DNS, in five minutes.
    public struct DNSTunnel: Sendable, Equatable {
        /// Bytes sent so far.
        public var sent: Double
        /// Bytes received so far.
        public var received: Double
        /// Mean bytes of a question.
        public var question: Double
        /// Mean bytes of an answer.
        public var answer: Double
        /// Among how many servers it is spread; 1 for one that has the most of it.
        public var servers: Int
        /// For how long it has gone on.
        public var minutes: Int
        /// So many bytes both ways are ordinary at most.
        public var limit: Double
        /// The numbers of one client.
        public init(
            sent: Double, received: Double, question: Double, answer: Double, servers: Int, minutes: Int, limit: Double
        ) {
            self.sent = sent
            self.received = received
            self.question = question
            self.answer = answer
            self.servers = servers
            self.minutes = minutes
            self.limit = limit
        }
    }
}
