public import FlowState

/// (source, destination) → dense `PairID`, bounded. Pairs with an unlisted host are unlisted.
///
/// Ids are given in the order of first appearance and reused after `forget`. Cost of `intern`: one hash, one probe.
public struct PairTable: Sendable, Stateful {
    private struct Slot {
        var key: UInt64
        var id: UInt32
    }

    private var slots: [Slot]
    private var keys: [UInt64] = [0]
    private var free: [UInt32] = []
    private let limit: Int
    private let seed = HashSeed.process
    /// Pairs in the table.
    public private(set) var count = 0
    /// How often a pair was turned away because the table was full.
    public private(set) var unlistedCount = 0

    /// An empty table of at most `limit` pairs (at least 1).
    public init(limit: Int = 4_000_000) {
        self.limit = max(1, limit)
        slots = Array(repeating: Slot(key: 0, id: 0), count: 4096)
    }

    /// One more than the largest id given: the size for arrays indexed by `PairID`.
    public var indexEnd: Int { keys.count }

    /// The id of the pair, new if need be; `.unlisted` when the table is full or a host is unlisted.
    public mutating func intern(_ source: HostID, _ destination: HostID) -> PairID {
        guard source != .unlisted, destination != .unlisted else { return .unlisted }
        let key = UInt64(source.rawValue) << 32 | UInt64(destination.rawValue)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: seed.hash(key, key)) & mask
        while slots[slot].id != 0 {
            if slots[slot].key == key { return PairID(rawValue: slots[slot].id) }
            slot = (slot + 1) & mask
        }
        return insert(key, at: slot)
    }

    /// The source of a listed pair.
    public func source(of pair: PairID) -> HostID {
        pair.index < keys.count ? HostID(rawValue: UInt32(truncatingIfNeeded: keys[pair.index] >> 32)) : .unlisted
    }

    /// The destination of a listed pair.
    public func destination(of pair: PairID) -> HostID {
        pair.index < keys.count ? HostID(rawValue: UInt32(truncatingIfNeeded: keys[pair.index])) : .unlisted
    }

    @inline(never)
    private mutating func insert(_ key: UInt64, at slot: Int) -> PairID {
        guard count < limit else {
            unlistedCount += 1
            return .unlisted
        }
        let id: UInt32
        if let reused = free.popLast() {
            id = reused
            keys[Int(reused)] = key
        } else {
            id = UInt32(keys.count)
            keys.append(key)
        }
        slots[slot] = Slot(key: key, id: id)
        count += 1
        if count * 2 > slots.count { rebuild(capacity: slots.count * 2) }
        return PairID(rawValue: id)
    }

    /// Lets go of every pair with a host in `hosts`. Cost: O(capacity).
    public mutating func forget(_ hosts: HostSet) {
        for id in keys.indices.dropFirst() where keys[id] != 0 {
            let source = HostID(rawValue: UInt32(truncatingIfNeeded: keys[id] >> 32))
            let destination = HostID(rawValue: UInt32(truncatingIfNeeded: keys[id]))
            guard hosts.contains(source) || hosts.contains(destination) else { continue }
            keys[id] = 0
            free.append(UInt32(id))
            count -= 1
        }
        rebuild(capacity: slots.count)
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&keys)
        try state.carry(&free)
        guard state.isRestoring else { return }
        guard !keys.isEmpty else { throw .damaged }
        count = keys.count { $0 != 0 }
        var capacity = 4096
        while capacity < count * 2 { capacity *= 2 }
        rebuild(capacity: capacity)
    }

    private mutating func rebuild(capacity: Int) {
        slots = Array(repeating: Slot(key: 0, id: 0), count: capacity)
        let mask = capacity - 1
        for id in keys.indices.dropFirst() where keys[id] != 0 {
            var slot = Int(truncatingIfNeeded: seed.hash(keys[id], keys[id])) & mask
            while slots[slot].id != 0 { slot = (slot + 1) & mask }
            slots[slot] = Slot(key: keys[id], id: UInt32(id))
        }
    }
}
