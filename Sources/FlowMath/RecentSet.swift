public import FlowState

/// Which of very many keys were seen lately, in a table of fixed size: of the eight places a key may stand at, the one
/// not seen for longest makes room.
///
/// A key that was never seen is taken for a known one about once in 500 million times. What is kept depends on the keys
/// and their order alone. Memory: 8 bytes a place. Cost of `see`: one cache line.
public struct RecentSet: Sendable, Stateful {
    private static let ways = 8

    /// 32 bits of the key, never 0, then the moment it was seen last; 0 when empty.
    private var places: [UInt64]
    private let memory: Int64
    /// How often a key made room for another before its time.
    public private(set) var overflowCount = 0

    /// An empty set of 2^`bits` places, 3 to 24. Parameter memory: moments after which a key is forgotten.
    public init(bits: Int, memory: Int) {
        places = Array(repeating: 0, count: 1 << min(24, max(3, bits)))
        self.memory = Int64(max(0, memory))
    }

    /// Takes up a key, whose bits must be well mixed, as seen at `moment`. Returns: whether it was known.
    public mutating func see(_ key: UInt64, at moment: Int32) -> Bool {
        let tag = max(1, key >> 32)
        let first = Int(truncatingIfNeeded: key) & (places.count - 1) & ~(Self.ways - 1)
        var oldest = first
        for place in first..<first + Self.ways {
            let known = places[place]
            if known >> 32 == tag {
                let last = Self.moment(of: known)
                places[place] = Self.entry(tag, max(last, moment))
                return Int64(moment) - Int64(last) <= memory
            }
            if places[oldest] != 0, known == 0 || Self.moment(of: known) < Self.moment(of: places[oldest]) {
                oldest = place
            }
        }
        let evicted = places[oldest]
        if evicted != 0, Int64(moment) - Int64(Self.moment(of: evicted)) <= memory { overflowCount += 1 }
        places[oldest] = Self.entry(tag, moment)
        return false
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        let size = places.count
        try state.carry(&places)
        try state.carry(&overflowCount)
        guard places.count == size else { throw .otherBuild }
    }

    /// A key of two numbers, well mixed; more by mixing again. Steele, Lea and Flood 2014 (SplitMix64). Not seeded: what
    /// is known must be the same in every process.
    public static func key(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var mixed = (left &+ 0x9e37_79b9_7f4a_7c15) &* 0xd6e8_feb8_6659_fd93 ^ right
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    private static func entry(_ tag: UInt64, _ moment: Int32) -> UInt64 {
        tag << 32 | UInt64(UInt32(bitPattern: moment))
    }

    private static func moment(of entry: UInt64) -> Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: entry)) }
}
