import FlowMath
import Testing

@Test func `keys are exact up to the capacity, with their marks`() {
    var set = SampledSet()
    for key in 1...UInt64(SampledSet.capacity) { #expect(set.insert(key << 20, marks: 3) == .new) }
    #expect(set.count == SampledSet.capacity && set.scale == 1)
    set.mark(7 << 20, 5)
    set.mark(7, 9)
    #expect(set.insert(7 << 20, marks: 1) == .known(marks: 5))
    #expect(set.sorted.map(\.key) == (1...UInt64(SampledSet.capacity)).map { $0 << 20 })
}

@Test(arguments: [2000, 30_000, 500_000])
func `beyond it an even sample stands for all`(count: Int) {
    var set = SampledSet()
    for key in 1...UInt64(count) { _ = set.insert(key, marks: 0) }
    #expect(set.count <= SampledSet.capacity)
    let estimate = Double(set.count * set.scale)
    #expect(abs(estimate / Double(count) - 1) < 0.15, "\(estimate)")
}

@Test func `keys taken out are gone and the others are found`() {
    var set = SampledSet()
    for key in 1...100 as ClosedRange<UInt64> { _ = set.insert(key, marks: 1) }
    set.remove { $0 % 2 == 0 }
    #expect(set.count == 50)
    #expect(set.insert(51, marks: 1) == .known(marks: 1))
    #expect(set.insert(52, marks: 1) == .new)
}
