public import FlowState

/// Distinct keys in bounded memory: all of them up to `capacity`, beyond it an even sample of them (adaptive sampling,
/// Wegman 1984; Flajolet 1990), so that counts stay exact while small and are estimates after.
///
/// Each key carries eight bits of its owner's. Memory: at most 16 bytes a key of `capacity`. Order and choice depend on
/// the keys alone.
public struct SampledSet: Sendable, Stateful {
    /// What became of a key.
    public enum Insertion: Equatable, Sendable {
        /// It was not in the set and now is.
        case new
        /// It was in the set, with these marks.
        case known(marks: UInt8)
        /// It does not belong to the sample.
        case leftOut
    }

    /// Most keys kept.
    public static let capacity = 512
    /// Keys take the bits below this one.
    public static let keyBits: UInt64 = 56

    /// key << 8 | marks; 0 when empty.
    private var slots: [UInt64] = []
    /// One key in 2^`level` is kept.
    private var level: UInt64 = 0
    /// Keys kept.
    public private(set) var count = 0

    /// An empty set.
    public init() {}

    /// How many distinct keys one that is kept stands for.
    public var scale: Int { 1 << Int(level) }

    /// Puts `key`, not 0 and below 2^56, in with `marks`, unless it is there or not of the sample.
    public mutating func insert(_ key: UInt64, marks: UInt8) -> Insertion {
        if slots.isEmpty { slots = Array(repeating: 0, count: 16) }
        guard Self.isSampled(key, at: level) else { return .leftOut }
        let place = self.place(of: key)
        if slots[place] != 0 { return .known(marks: UInt8(truncatingIfNeeded: slots[place])) }
        slots[place] = key << 8 | UInt64(marks)
        count += 1
        if count > Self.capacity { thin() } else if count * 2 > slots.count { rebuild(slots.count * 2) { _ in true } }
        return .new
    }

    /// Sets the marks of a key that is in the set.
    public mutating func mark(_ key: UInt64, _ marks: UInt8) {
        guard !slots.isEmpty else { return }
        let place = self.place(of: key)
        if slots[place] != 0 { slots[place] = key << 8 | UInt64(marks) }
    }

    /// Takes out the keys that `isGone` holds for. Cost: O(count).
    public mutating func remove(where isGone: (UInt64) -> Bool) {
        guard !slots.isEmpty else { return }
        rebuild(slots.count) { !isGone($0) }
    }

    /// The keys kept, with their marks, in the order of the keys.
    public var sorted: [(key: UInt64, marks: UInt8)] {
        slots.filter { $0 != 0 }.sorted().map { ($0 >> 8, UInt8(truncatingIfNeeded: $0)) }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&slots)
        try state.carry(&level)
        count = slots.count { $0 != 0 }
        guard slots.count & (slots.count - 1) == 0, count < max(1, slots.count), level < 32 else { throw .damaged }
    }

    /// Steele, Lea and Flood 2014 (SplitMix64). Not seeded: what is in the sample must be the same in every process.
    private static func hash(_ key: UInt64) -> UInt64 {
        var mixed = key &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    private static func isSampled(_ key: UInt64, at level: UInt64) -> Bool { hash(key) & ((1 << level) - 1) == 0 }

    /// Where the key stands, or the empty slot it would take.
    private func place(of key: UInt64) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: Self.hash(key) >> 48) & mask
        while slots[place] != 0, slots[place] >> 8 != key { place = (place + 1) & mask }
        return place
    }

    private mutating func thin() {
        while count > Self.capacity, level < 31 {
            level += 1
            let level = level
            rebuild(slots.count) { Self.isSampled($0, at: level) }
        }
    }

    private mutating func rebuild(_ size: Int, keeping isKept: (UInt64) -> Bool) {
        let kept = slots.filter { $0 != 0 && isKept($0 >> 8) }
        slots = Array(repeating: 0, count: size)
        count = kept.count
        for entry in kept { slots[place(of: entry >> 8)] = entry }
    }
}
