import FlowModel

/// When what was counted a long time ago fades: by months of event time, so that what is done monthly is known. Asked as
/// windows close, so that neither a row dated 2199 nor the clock on the wall ages anything.
struct Months: Sendable {
    private static let length: Int64 = 31 * 86_400_000_000_000

    /// The current month, of 31 days since 1970; `.min` before the first window.
    private var number = Int64.min

    /// Turns to the month of a window. Returns: how many began since the last call, 0 to 64.
    mutating func turns(at moment: Timestamp) -> Int {
        let now = moment.nanoseconds / Self.length
        defer { number = now }
        return number == .min ? 0 : Int(min(64, max(0, now - number)))
    }
}
