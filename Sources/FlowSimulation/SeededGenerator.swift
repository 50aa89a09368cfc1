/// Random numbers that repeat: SplitMix64 (Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// From 0 to 1, 1 not included.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 to `bound`, `bound` not included; 0 where `bound` is below 1.
    mutating func below(_ bound: Int) -> Int { bound < 1 ? 0 : Int(next() % UInt64(bound)) }

    /// Whether something of that probability happens.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A rank from 0 to `count` − 1, the first ones most often (about Zipf with exponent 1).
    mutating func rank(_ count: Int) -> Int {
        let span = Double(max(1, count))
        return min(max(0, count - 1), Int(powered(span + 1, unit())) - 1)
    }

    /// Log-normal by its median and the spread of its logarithm.
    mutating func size(median: Double, spread: Double) -> UInt64 {
        // Twelve uniform numbers make a normal one (Irwin–Hall).
        var normal = -6.0
        for _ in 0..<12 { normal += unit() }
        return UInt64(min(4e12, max(1, median * powered(2.718281828459045, spread * normal))))
    }

    /// How many events of that mean happen (Poisson; Knuth for small means, a rounded normal above).
    mutating func count(mean: Double) -> Int {
        if mean <= 0 { return 0 }
        if mean > 30 {
            var normal = -6.0
            for _ in 0..<12 { normal += unit() }
            return max(0, Int(mean + normal * mean.squareRoot() + 0.5))
        }
        let limit = powered(2.718281828459045, -mean)
        var product = unit()
        var count = 0
        while product > limit, count < 200 {
            product *= unit()
            count += 1
        }
        return count
    }
}
