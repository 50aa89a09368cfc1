/// Random numbers that repeat: SplitMix64 (Steele, Lea and Flood 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The sequence of that seed.
    public init(seed: UInt64) { state = seed }

    /// One of many sequences of a seed, so that what is done in parallel repeats too.
    init(seed: UInt64, stream: Int) {
        var outer = SeededGenerator(seed: seed)
        state = outer.next() &+ UInt64(truncatingIfNeeded: stream) &* 0xd134_2543_de82_ef95
        state = next()
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// The bits of `value` well mixed.
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// From 0 to 1, 1 not included.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 to `bound`, `bound` not included; 0 where `bound` is below 1.
    public mutating func below(_ bound: Int) -> Int { bound < 1 ? 0 : Int(next() % UInt64(bound)) }
}
