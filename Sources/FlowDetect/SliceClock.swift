/// Which slice of event time a flow starts in; hardly any flow needs a division.
struct SliceClock: Sendable {
    /// Length of a slice, nanoseconds.
    let length: Int64
    /// Slices since 1970; `.min` before the first flow.
    private(set) var number = Int64.min
    private(set) var start = Int64.max

    init(length: Int64) { self.length = length }

    /// Turns to the slice of a moment, nanoseconds since 1970.
    mutating func follow(_ moment: Int64) {
        guard moment < start || moment &- start >= length else { return }
        number = moment / length - (moment % length < 0 ? 1 : 0)
        // At the very beginning of time the product wraps, and every flow asks again.
        start = number &* length
    }
}
