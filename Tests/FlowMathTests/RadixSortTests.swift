import FlowMath
import Testing

@Test(arguments: [0, 1, 2, 256, 257, 10_000]) func `sorts as the standard library does`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    var scratch: [UInt64] = []
    for mask in [UInt64.max, 0xff00, 0, 0xffff_0000_0000_ff00] {
        var values = (0..<count).map { _ in random.next() & mask | 0x7000_0000 }
        var distinct = values
        var inPlace = values
        let expected = values.sorted()
        radixSort(&values, scratch: &scratch)
        #expect(values == expected)
        distinct.sortDistinct(scratch: &scratch)
        inPlace.sortDistinctInPlace()
        #expect(distinct == Set(expected).sorted())
        #expect(inPlace == distinct)
    }
}
