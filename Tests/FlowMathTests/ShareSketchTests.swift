import FlowMath
import Testing

@Test(arguments: [1, 2, 20, 200, 600])
func `different things are counted to within a fifth`(count: Int) {
    var sketch = ShareSketch()
    for number in 0..<count * 10 { sketch.add(UInt64(number % count)) }
    #expect(abs(sketch.estimate.count - count) <= count / 5)
}

@Test func `evenness is 0 for one, 1 for all alike, and small where one has nearly all`() {
    var sketch = ShareSketch()
    #expect(sketch.estimate.count == 0 && sketch.estimate.evenness == 0)
    sketch.add(7)
    #expect(sketch.estimate.evenness == 0)
    sketch.add(8)
    #expect(abs(sketch.estimate.evenness - 1) < 1e-12)
    for _ in 0..<998 { sketch.add(7) }
    #expect(sketch.estimate.evenness < 0.02)
}
