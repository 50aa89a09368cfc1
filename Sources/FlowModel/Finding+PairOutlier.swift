extension Finding {
    /// A pair outside Tukey's fences.
    public struct PairOutlier: Sendable, Equatable {
        /// The values of the pair: connections, distinct destination ports, bytes sent, bytes received.
        public var values: [Double]
        /// The upper fences of the same features.
        public var fences: [Double]
        /// Which of the features lie outside.
        public var outside: [Bool]
        /// A pair's values, its fences and which lie outside.
        public init(values: [Double], fences: [Double], outside: [Bool]) {
            self.values = values
            self.fences = fences
            self.outside = outside
        }
        /// The names of the features, in their order.
        public static let features = ["connections", "destinationPorts", "bytesSent", "bytesReceived"]
    }
}
