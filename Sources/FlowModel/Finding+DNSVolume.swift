extension Finding {
    /// Far more questions over DNS than are ordinary, in five minutes.
    public struct DNSVolume: Sendable, Equatable {
        /// Questions so far.
        public var questions: Double
        /// Of these, unanswered.
        public var unanswered: Double
        /// Other connections opened in the same time.
        public var others: Double
        /// So many questions more than connections are ordinary at most.
        public var limit: Double
        /// What the host itself asks; nil while nothing is known of it.
        public var usual: Double?
        /// The numbers of one host.
        public init(questions: Double, unanswered: Double, others: Double, limit: Double, usual: Double?) {
            self.questions = questions
            self.unanswered = unanswered
            self.others = others
            self.limit = limit
            self.usual = usual
        }
    }
}
