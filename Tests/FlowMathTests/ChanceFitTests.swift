import FlowMath
import Testing

@Test func `chances that fall are pooled, ties are one`() {
    let samples = [(1.0, false), (2, true), (3, false), (3, true), (4, true)].map { (score: $0.0, isPositive: $0.1) }
    let blocks = ChanceFit.isotonic(samples)
    #expect(blocks.map(\.count) == [1, 3, 1] && blocks.map(\.positives) == [0, 2, 1])
    #expect(abs(blocks[1].score - 8.0 / 3) < 1e-12)
    #expect(ChanceFit.isotonic([]).isEmpty)
}

@Test func `a line is fitted to log-odds, and left alone without samples of both kinds`() {
    // 1 of 4 at −1 and 3 of 4 at 1; targets 5/6 and 1/6 make chances 1/3 and 2/3: log-odds ∓ ln 2.
    var samples: [(score: Double, isPositive: Bool)] = []
    for number in 0..<4 { samples += [(-1, number < 1), (1, number < 3)] }
    let line = ChanceFit.platt(samples)
    #expect(abs(line.slope - logarithm(2)) < 1e-4 && abs(line.offset) < 1e-4)
    #expect(ChanceFit.platt([(1, true)]) == (1, 0))
}

@Test func `the calibration error is the distance from the diagonal, by bin`() {
    var reliability = Reliability()
    #expect(reliability.error == nil)
    for number in 0..<4 { reliability.add(0.25, isTrue: number < 2) }
    reliability.add(1, isTrue: true)
    // Four said to be 1 in 4 of which two were so, and one that was right.
    #expect(abs((reliability.error ?? 0) - 0.2) < 1e-12)
}
