import FlowModel
import FlowState

/// Which (pair, thing) or (host, thing) were looked at in the current slice of time, so that nearly every flow needs no
/// more than this look. Half a megabyte; what finds its place taken is looked at again.
struct SeenInSlice: Sendable, Stateful {
    private static let size = 1 << 16

    private var keys = Array(repeating: UInt64.max, count: size)

    /// Whether it was looked at.
    func contains(_ id: UInt32, _ thing: UInt32, _ slice: Int32) -> Bool {
        keys[Self.place(of: id, thing)] == Self.key(id, thing, slice)
    }

    /// Remembers it. Unlisted ids, 0, are not one.
    mutating func insert(_ id: UInt32, _ thing: UInt32, _ slice: Int32) {
        if id != 0 { keys[Self.place(of: id, thing)] = Self.key(id, thing, slice) }
    }

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&keys)
        guard keys.count == Self.size else { throw .damaged }
    }

    private static func place(of id: UInt32, _ thing: UInt32) -> Int { Int(id ^ thing &* 40_503) & (size - 1) }

    /// Parameter thing: below 2^20.
    private static func key(_ id: UInt32, _ thing: UInt32, _ slice: Int32) -> UInt64 {
        UInt64(id) << 32 | UInt64(thing & 0xf_ffff) << 12 | UInt64(UInt32(bitPattern: slice) & 0xfff)
    }
}
