extension Finding {
    /// Unlike what a model of good traffic has learnt.
    public struct ModelOutlier: Sendable, Equatable {
        /// A feature that makes it so.
        public struct Feature: Sendable, Equatable {
            /// Its name, as in docs/features.md, and its unit.
            public var name: String
            public var unit: String
            /// Its value, and what is ordinary.
            public var value: Double
            public var usual: Double
            /// A feature with its value.
            public init(name: String, unit: String, value: Double, usual: Double) {
                self.name = name
                self.unit = unit
                self.value = value
                self.usual = usual
            }
        }

        /// The model's method: `ecod`.
        public var method: String
        /// What its rows are about: `host`, `pair`, `window`.
        public var subject: String
        /// Over how long.
        public var windowSeconds: Double
        /// From how many rows it has learnt.
        public var trainedRows: Int
        /// Of so many rows one is so unlike.
        public var oneIn: Double
        /// The features that make it so, most first.
        public var features: [Feature]
        /// What a model says of a row.
        public init(
            method: String, subject: String, windowSeconds: Double, trainedRows: Int, oneIn: Double,
            features: [Feature]
        ) {
            self.method = method
            self.subject = subject
            self.windowSeconds = windowSeconds
            self.trainedRows = trainedRows
            self.oneIn = oneIn
            self.features = features
        }
    }
}
