extension Finding {
    /// A flow far above its group.
    public struct GroupOutlier: Sendable, Equatable {
        /// What is far above.
        public var measure: GroupMeasure
        /// Bytes, or bytes a second.
        public var value: Double
        /// The group's median.
        public var median: Double
        /// Robust standard deviations above it, of the logarithm.
        public var deviations: Double
        /// The subject's groups, the first of which it is held against; `.none` is all home hosts.
        public var groups: GroupSetID
        /// Whether the peer has a public address.
        public var isPublicPeer: Bool
        /// A measure, its value and what the group does.
        public init(
            measure: GroupMeasure, value: Double, median: Double, deviations: Double, groups: GroupSetID,
            isPublicPeer: Bool
        ) {
            self.measure = measure
            self.value = value
            self.median = median
            self.deviations = deviations
            self.groups = groups
            self.isPublicPeer = isPublicPeer
        }
    }
}

/// The measures a flow is held against its group in.
public enum GroupMeasure: String, Sendable, CaseIterable {
    case bytesSent
    case rateSent
    case bytesReceived
    case rateReceived

    /// Whether it is about what the subject sent.
    public var isSent: Bool { self == .bytesSent || self == .rateSent }
    /// Whether it is bytes a second.
    public var isRate: Bool { self == .rateSent || self == .rateReceived }
}
