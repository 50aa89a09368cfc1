internal import FlowModel

/// How an exporter's clock stands to the receiver's, and when the exporter was started.
struct ExporterClock: Sendable {
    /// An exporter whose clock is this far off is corrected: 60 s is more than any delay on the way.
    static let tolerance: Int64 = 60_000_000_000
    /// An estimated start that moves by more is a restart of the exporter.
    private static let restartStep: Int64 = 3_600_000_000_000

    /// Receiver's clock less exporter's at the last datagram, nanoseconds; nil before the first that could be judged.
    private(set) var offset: Int64?
    /// What is added to the exporter's times: 0, or the offset as it was when it was noticed. It stays while the offset
    /// stays near it, so that delays on the way do not shake the times.
    private(set) var correction: Int64 = 0
    /// When the exporter was started, by options data; nil if it did not say.
    var started: Int64?
    private var estimatedStart: Int64?

    /// Compares the clocks. Parameter exported: the time in the datagram's header.
    mutating func compare(exported: Int64, receivedAt: Timestamp?) {
        guard let receivedAt, exported > 0 else { return }
        let offset = receivedAt.nanoseconds.subtractingClamped(exported)
        self.offset = offset
        if offset.magnitude <= UInt64(Self.tolerance) {
            correction = 0
        } else if offset.subtractingClamped(correction).magnitude > UInt64(Self.tolerance) {
            correction = offset
        }
    }

    /// When the exporter was started, as far as it can be told from records that state only the time since then.
    ///
    /// A record ends before it is exported, so the start lies no later than the time of export less the record's end:
    /// the earliest of these comes near it.
    mutating func start(exported: Int64, recordEnd milliseconds: UInt64) -> Int64 {
        if let started { return started }
        let bound = exported.subtractingClamped(Int64(milliseconds & 0xffff_ffff) * 1_000_000)
        if let estimate = estimatedStart, bound.subtractingClamped(estimate) < Self.restartStep {
            estimatedStart = min(estimate, bound)
        } else {
            estimatedStart = bound
        }
        return estimatedStart ?? bound
    }
}
