public import FlowState

/// (site, address) → dense `HostID`, bounded. Ids are given in the order of first appearance and reused after `forget`.
///
/// When the table is full an address is `.unlisted` and counted. Cost of `intern`: one hash and about one cache line.
public struct HostTable: Sendable, Stateful {
    private struct Slot {
        var high: UInt64
        var low: UInt64
        var id: UInt32
        var lastSeen: UInt32
        var site: SiteID

        static let empty = Slot(high: 0, low: 0, id: 0, lastSeen: 0, site: .main)
    }

    private var slots: [Slot]
    private var keys = [HostKey(.unspecified)]
    private var free: [UInt32] = []
    private let limit: Int
    private let seed = HashSeed.process
    /// Hosts in the table.
    public private(set) var count = 0
    /// How often an address was turned away because the table was full.
    public private(set) var unlistedCount = 0
    /// The moment written to a host when it is seen, in whatever unit the owner counts; set by the owner.
    public var now: UInt32 = 0

    /// An empty table of at most `limit` hosts (at least 1).
    public init(limit: Int = 1_000_000) {
        self.limit = max(1, limit)
        slots = Array(repeating: .empty, count: 4096)
    }

    /// One more than the largest id given: the size for arrays indexed by `HostID`.
    public var indexEnd: Int { keys.count }

    /// The id of a host, new if need be; `.unlisted` when the table is full.
    public mutating func intern(_ key: HostKey) -> HostID {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash(key)) & mask
        while slots[slot].id != 0 {
            if Self.holds(slots[slot], key) {
                slots[slot].lastSeen = now
                return HostID(rawValue: slots[slot].id)
            }
            slot = (slot + 1) & mask
        }
        return insert(key, at: slot)
    }

    /// The id of a host if it has one.
    public func find(_ key: HostKey) -> HostID? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash(key)) & mask
        while slots[slot].id != 0 {
            if Self.holds(slots[slot], key) { return HostID(rawValue: slots[slot].id) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The id of an address of the main site, new if need be.
    public mutating func intern(_ address: IPAddress) -> HostID { intern(HostKey(address)) }

    /// The site and the address of `id`; `::` for ids that are not in use.
    public func key(of id: HostID) -> HostKey { id.index < keys.count ? keys[id.index] : HostKey(.unspecified) }

    /// The address of `id`; `::` for ids that are not in use.
    public func address(of id: HostID) -> IPAddress { key(of: id).address }

    private static func holds(_ slot: Slot, _ key: HostKey) -> Bool {
        slot.low == key.address.low && slot.high == key.address.high && slot.site == key.site
    }

    /// The same as for the address alone in the main site.
    private func hash(_ key: HostKey) -> UInt64 {
        seed.hash(key.high, key.address.low)
    }

    @inline(never)
    private mutating func insert(_ key: HostKey, at slot: Int) -> HostID {
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
        slots[slot] = Slot(high: key.address.high, low: key.address.low, id: id, lastSeen: now, site: key.site)
        count += 1
        if count * 2 > slots.count { rebuild(capacity: slots.count * 2) }
        return HostID(rawValue: id)
    }

    /// Lets go of the hosts least recently seen, the `kept` ones aside, until at most `target` are left.
    ///
    /// Returns: the hosts let go, to be handed to everything indexed by `HostID`. Cost: O(capacity); call it rarely.
    public mutating func forgetLeastRecent(keeping kept: HostSet, target: Int) -> HostSet {
        var forgotten = HostSet()
        guard count > target else { return forgotten }
        var candidates: [(lastSeen: UInt32, id: UInt32)] = []
        for slot in slots where slot.id != 0 && !kept.contains(HostID(rawValue: slot.id)) {
            candidates.append((slot.lastSeen, slot.id))
        }
        // The id decides between hosts seen in the same moment: the order of slots depends on the hash.
        candidates.sort { ($0.lastSeen, $0.id) < ($1.lastSeen, $1.id) }
        for candidate in candidates.prefix(count - target) {
            forgotten.insert(HostID(rawValue: candidate.id))
            keys[Int(candidate.id)] = HostKey(.unspecified)
            free.append(candidate.id)
            count -= 1
        }
        for index in slots.indices where forgotten.contains(HostID(rawValue: slots[index].id)) {
            slots[index].id = 0
        }
        rebuild(capacity: slots.count)
        return forgotten
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        var entries = slots.filter { $0.id != 0 }
        try state.carry(&entries)
        try state.carry(&keys)
        try state.carry(&free)
        try state.carry(&now)
        guard state.isRestoring else { return }
        guard !keys.isEmpty, entries.allSatisfy({ Int($0.id) < keys.count }) else { throw .damaged }
        count = entries.count
        slots = entries
        var capacity = 4096
        while capacity < count * 2 { capacity *= 2 }
        // Hashes are seeded anew in each process.
        rebuild(capacity: capacity)
    }

    private mutating func rebuild(capacity: Int) {
        let old = slots
        slots = Array(repeating: .empty, count: capacity)
        let mask = capacity - 1
        for entry in old where entry.id != 0 {
            var slot = Int(truncatingIfNeeded: hash(keys[Int(entry.id)])) & mask
            while slots[slot].id != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }
}
