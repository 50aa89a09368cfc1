/// A stretch of event time, aligned to the epoch: `start` included, `end` not.
public struct Window: Hashable, Sendable {
    /// The first moment in the window.
    public var start: Timestamp
    /// The first moment behind it.
    public var end: Timestamp

    /// The window from `start` to `end`.
    public init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }
}
