public import FlowModel

/// Tells event time from flows: how far it has come, and which flows to distrust.
///
/// A pure state machine: `step` says what to do with a flow and the caller does it. The *watermark* is the latest
/// event time believed. A flow more than an hour ahead of it is held back until sixteen such flows agree (or the
/// input ends), for one broken row dated 2199 must not close every window.
public struct EventClock: Sendable {
    /// How far ahead a flow may be without being held back.
    public static let trustedJump: Int64 = 3_600_000_000_000
    /// How many flows ahead must agree before the clock follows them.
    public static let agreement = 16

    /// What to do with a flow.
    public enum Step: Equatable, Sendable {
        /// Let it through.
        case pass
        /// Let it through after closing the windows that end at or before the moment.
        case closeFirst(Timestamp)
        /// Keep it until told.
        case hold
        /// Keep it; then take all kept flows through `step` again, oldest first.
        case holdAndRelease
        /// The kept flows were wrong: let them through as flows from the future, then this one as `step` says.
        case refute
    }

    private let window: Int64
    private var watermark: Int64?
    /// The last time that is not too far ahead; a flow at the end of all time is never further.
    private var aheadAfter = Int64.min
    /// The first time that closes a window; an earlier one cannot.
    private var closesAt = Int64.min
    private var heldCount = 0
    private var heldMinimum = Int64.max
    private var lateness: Int64 = 0
    private var isByEnd = false

    /// A clock for windows of `window` nanoseconds (1 or more).
    public init(window: Int64) { self.window = max(1, window) }

    /// Sets what decides event time from now on. Parameter lateness: how far, in nanoseconds, flows may come behind.
    public mutating func follow(byEnd: Bool, lateness: Int64) {
        isByEnd = byEnd
        self.lateness = max(0, lateness)
        refresh()
    }

    /// Everything that ends at or before this moment is closed.
    public var closedUpTo: Timestamp {
        Timestamp(nanoseconds: watermark.map { Self.floor($0.subtractingClamped(lateness), to: window) } ?? .min)
    }

    /// What to do with the next flow.
    public mutating func step(_ flow: Flow) -> Step {
        let time = isByEnd ? flow.end.nanoseconds : flow.start.nanoseconds
        if time <= aheadAfter {
            if heldCount > 0 {
                heldCount = 0
                heldMinimum = .max
                return .refute
            }
            if time < closesAt {
                return .pass
            }
            watermark = max(watermark ?? time, time)
            refresh()
            return .closeFirst(closedUpTo)
        }
        heldCount += 1
        heldMinimum = min(heldMinimum, time)
        if heldCount < Self.agreement { return .hold }
        believeHeld()
        return .holdAndRelease
    }

    /// Follows the flows held back, as at the end of the input; the caller then takes them through `step` again.
    /// Returns: whether there were any.
    @discardableResult
    public mutating func believeHeld() -> Bool {
        guard heldCount > 0 else { return false }
        watermark = max(watermark ?? heldMinimum, heldMinimum)
        heldCount = 0
        heldMinimum = .max
        refresh()
        return true
    }

    private mutating func refresh() {
        guard let watermark else { return }
        aheadAfter = watermark.addingClamped(Self.trustedJump)
        closesAt = closedUpTo.nanoseconds.addingClamped(lateness).addingClamped(window)
    }

    /// The start of the window that a moment falls into; both in nanoseconds, `window` above 0.
    public static func floor(_ time: Int64, to window: Int64) -> Int64 {
        let remainder = time % window
        return remainder < 0 ? time.subtractingClamped(remainder + window) : time - remainder
    }
}
