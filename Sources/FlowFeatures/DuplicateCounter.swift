public import FlowModel

/// Counts records equal in every field to one of the last 8,192 or so; nothing is dropped.
///
/// A direct-mapped table of hashes: constant memory (64 KB), one probe a flow. The hash is fixed, not seeded, so that
/// the count repeats; all an attacker gains by knowing it is a wrong number in the summary.
public struct DuplicateCounter: Sendable {
    private var hashes: [UInt64] = Array(repeating: 0, count: 1 << 13)
    /// Records that had been there before.
    public private(set) var count = 0

    /// Nothing seen.
    public init() {}

    /// Counts a record.
    public mutating func add(_ flow: Flow) {
        var hash = Self.mix(
            flow.source.low ^ flow.source.high &* 31, flow.destination.low ^ flow.destination.high &* 31)
        hash = Self.mix(hash ^ UInt64(bitPattern: flow.start.nanoseconds), UInt64(bitPattern: flow.duration))
        hash = Self.mix(hash ^ flow.bytesSent, flow.bytesReceived)
        let rest =
            UInt64(flow.sourcePort) << 32 | UInt64(flow.destinationPort) << 16 | UInt64(flow.transport.rawValue) << 8
            | UInt64(flow.state.rawValue)
        hash = Self.mix(hash ^ rest, flow.packetsSent ^ flow.packetsReceived << 32) | 1
        let slot = Int(truncatingIfNeeded: hash >> 51)
        if hashes[slot] == hash { count += 1 } else { hashes[slot] = hash }
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: right ^ 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }
}
