public import FlowState

/// Which of very many keys were seen lately, in a table of fixed size: of the eight places a key may stand at, the one
/// not seen for longest makes room.
///
/// A key that was never seen is taken for a known one about once in 500 million times. What is kept depends on the keys
/// and their order alone. Memory: 8 bytes a place. Cost of `see`: one cache line.
public struct RecentSet: Sendable, Stateful {
    /// Of eight places: 32 bits of each key, never 0, 0 when empty; then the bit patterns of the moments they were seen last.
    /// As one vector so that it is one cache line.
    private var rows: [SIMD16<UInt32>]
    private let memory: Int64
    /// How often a key made room for another before its time.
    public private(set) var overflowCount = 0

    /// An empty set of 2^`bits` places, 3 to 24. Parameter memory: moments after which a key is forgotten.
    public init(bits: Int, memory: Int) {
        rows = Array(repeating: SIMD16(), count: 1 << (min(24, max(3, bits)) - 3))
        self.memory = Int64(max(0, memory))
    }

    /// Takes up a key, whose bits must be well mixed, as seen at `moment`. Returns: whether it was known.
    public mutating func see(_ key: UInt64, at moment: Int32) -> Bool {
        let tag = max(1, UInt32(truncatingIfNeeded: key >> 32))
        let place = Int(truncatingIfNeeded: key) >> 3 & (rows.count - 1)
        let row = rows[place]
        let same = row.lowHalf .== SIMD8(repeating: tag)
        for way in 0..<8 where same[way] {
            let last = Int32(bitPattern: row[8 + way])
            if moment > last { rows[place][8 + way] = UInt32(bitPattern: moment) }
            return Int64(moment) - Int64(last) <= memory
        }
        var oldest = 0
        for way in 0..<8 {
            if row[way] == 0 {
                oldest = way
                break
            }
            if Int32(bitPattern: row[8 + way]) < Int32(bitPattern: row[8 + oldest]) { oldest = way }
        }
        if row[oldest] != 0, Int64(moment) - Int64(Int32(bitPattern: row[8 + oldest])) <= memory { overflowCount += 1 }
        rows[place][oldest] = tag
        rows[place][8 + oldest] = UInt32(bitPattern: moment)
        return false
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        let size = rows.count
        try state.carry(&rows)
        try state.carry(&overflowCount)
        guard rows.count == size else { throw .otherBuild }
    }

    /// A key of two numbers, well mixed; more by mixing again. Steele, Lea and Flood 2014 (SplitMix64). Not seeded: what
    /// is known must be the same in every process.
    public static func key(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var mixed = (left &+ 0x9e37_79b9_7f4a_7c15) &* 0xd6e8_feb8_6659_fd93 ^ right
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
