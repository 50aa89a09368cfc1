import FlowMath
import Testing

@Test func `the bins of a log histogram rise with the value`() {
    #expect(LogHistogram.bin(0) == 0)
    #expect(LogHistogram.bin(1) == 0)
    #expect(LogHistogram.bin(2) == 8)
    #expect(LogHistogram.bin(1024) == 80)
    #expect(LogHistogram.bin(.infinity) == 48 * 8 - 1)
    #expect(LogHistogram.bin(.nan) == 0)
    #expect(LogHistogram.bin(-5) == 0)
}

@Test func `median and MAD are within half a bin`() throws {
    var histogram = LogHistogram()
    for value in [100.0, 200, 400, 800, 1600] { histogram.add(value) }
    let normal = try #require(histogram.log2MedianAndMAD)
    #expect(abs(normal.median - logarithm2(400)) < 0.1)
    #expect(abs(normal.mad - 1) < 0.2)
}
