/// A span of event time, aligned to the epoch: `start` included, `end` not.
public struct Window: Hashable, Sendable, Codable {
    /// The first moment in the window.
    public var start: Timestamp
    /// The first moment behind it.
    public var end: Timestamp

    /// The window from `start` to `end`.
    public init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    /// How long it is, in seconds; without the overflow that the ends of all time would cause.
    public var seconds: Double { Double(end.nanoseconds) * 1e-9 - Double(start.nanoseconds) * 1e-9 }
}
