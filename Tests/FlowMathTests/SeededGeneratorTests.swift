import FlowMath
import Testing

struct SeededGeneratorTests {
    /// The reference values of splitmix64.c (Vigna) for the seed 1234567.
    @Test func numbersAreSplitMix64() {
        var random = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func unitsAndBoundsStayInTheirRange() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<1_000 {
            let unit = random.unit()
            #expect(unit >= 0 && unit < 1)
            let below = random.below(7)
            #expect((0..<7).contains(below))
        }
        let none = random.below(0)
        #expect(none == 0)
    }
}
