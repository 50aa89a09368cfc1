import FlowMath

/// What traffic draws.
extension SeededGenerator {
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
