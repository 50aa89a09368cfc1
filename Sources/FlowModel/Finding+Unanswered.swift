extension Finding {
    /// Far more peers that did not answer than are ordinary, in five minutes.
    public struct Unanswered: Sendable, Equatable {
        /// Peers tried, once for each window.
        public var tried: Int
        /// Of these, without an answer.
        public var vain: Int
        /// Share without an answer that is ordinary at most, 0 to 1.
        public var usualShare: Double
        /// The numbers of one host.
        public init(tried: Int, vain: Int, usualShare: Double) {
            self.tried = tried
            self.vain = vain
            self.usualShare = usualShare
        }
    }
}
