import FlowModel
import FlowState

/// Which (pair, port) were looked at in the slice of time at hand, so that nearly every flow needs no more than this
/// look. Half a megabyte; what finds its place taken is looked at again.
struct SeenInSlice: Sendable, Stateful {
    private static let size = 1 << 16

    private var keys = Array(repeating: UInt64.max, count: size)

    /// Whether it was looked at.
    func contains(_ pair: PairID, _ port: UInt16, _ transport: Transport, _ slice: Int32) -> Bool {
        let key = Self.key(pair, port, transport, slice)
        return keys[Self.place(of: pair, port)] == key
    }

    /// Remembers it. Unlisted pairs are not one pair.
    mutating func insert(_ pair: PairID, _ port: UInt16, _ transport: Transport, _ slice: Int32) {
        if pair != .unlisted { keys[Self.place(of: pair, port)] = Self.key(pair, port, transport, slice) }
    }

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&keys)
        guard keys.count == Self.size else { throw .damaged }
    }

    private static func place(of pair: PairID, _ port: UInt16) -> Int {
        (pair.index ^ Int(port) &* 40_503) & (size - 1)
    }

    /// The transport's lowest bit tells TCP (6) from UDP (17).
    private static func key(_ pair: PairID, _ port: UInt16, _ transport: Transport, _ slice: Int32) -> UInt64 {
        UInt64(pair.rawValue) << 32 | UInt64(port) << 16 | UInt64(transport.rawValue & 1) << 15
            | UInt64(UInt32(bitPattern: slice) & 0x7fff)
    }
}
