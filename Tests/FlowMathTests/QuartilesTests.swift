import FlowMath
import Testing

@Test func `quartiles interpolate as pandas does`() throws {
    var four: [Double] = [4, 1, 3, 2]
    // pandas: Series([1, 2, 3, 4]).quantile([.25, .75]) is 1.75 and 3.25.
    let quartiles = try #require(Quartiles(reordering: &four))
    #expect(quartiles.first == 1.75)
    #expect(quartiles.third == 3.25)
    #expect(quartiles.upperFence(3) == 3.25 + 4.5)
    #expect(quartiles.lowerFence(1.5) == 1.75 - 2.25)
}

@Test func `quartiles of one value are the value, of none nothing`() {
    var one = [7.0]
    #expect(Quartiles(reordering: &one)?.third == 7)
    var none: [Double] = []
    #expect(Quartiles(reordering: &none) == nil)
}

@Test func `selection agrees with sorting on seeded numbers`() throws {
    var random = SeededGenerator(seed: 42)
    for count in 1...200 {
        var values = (0..<count).map { _ in Double(random.below(16)) }
        let sorted = values.sorted()
        func expected(_ q: Double) -> Double {
            let position = q * Double(count - 1)
            let low = Int(position)
            let high = min(low + 1, count - 1)
            return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
        }
        let quartiles = try #require(Quartiles(reordering: &values))
        #expect(abs(quartiles.first - expected(0.25)) < 1e-12)
        #expect(abs(quartiles.third - expected(0.75)) < 1e-12)
    }
}
