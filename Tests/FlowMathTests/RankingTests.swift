import FlowMath
import Testing

private func ranking(_ scores: [Double], _ positives: [Bool]) -> Ranking {
    var ranking = Ranking()
    for (score, isPositive) in zip(scores, positives) { ranking.add(score, isPositive: isPositive) }
    return ranking
}

@Test func `the example of scikit-learn's documentation`() {
    let result = ranking([0.1, 0.4, 0.35, 0.8], [false, false, true, true])
    #expect(abs((result.averagePrecision ?? 0) - 0.8333333333333333) < 1e-12)
    #expect(result.rocArea == 0.75)
}

@Test func `ties count as ties, whatever the order they come in`() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let scores = [1.0, 1.0, 0.0]
        let positives = [true, false, true]
        let result = ranking(order.map { scores[$0] }, order.map { positives[$0] })
        // 1/2 of the positives at precision 1/2, the other at 2/3.
        #expect(abs((result.averagePrecision ?? 0) - (0.25 + 1.0 / 3)) < 1e-12)
        #expect(result.rocArea == 0.25)
    }
}

@Test func `perfect, hopeless and constant scores`() {
    #expect(ranking([3, 2, 1, 0], [true, true, false, false]).averagePrecision == 1)
    #expect(ranking([3, 2, 1, 0], [true, true, false, false]).rocArea == 1)
    #expect(ranking([3, 2, 1, 0], [false, false, true, true]).rocArea == 0)
    #expect(ranking([5, 5, 5, 5], [true, false, false, false]).averagePrecision == 0.25)
    #expect(ranking([5, 5, 5, 5], [true, false, false, false]).rocArea == 0.5)
}

@Test func `without positives or negatives there is no figure`() {
    #expect(Ranking().averagePrecision == nil && Ranking().rocArea == nil)
    #expect(ranking([1], [true]).rocArea == nil && ranking([1], [true]).averagePrecision == 1)
    #expect(ranking([1], [false]).averagePrecision == nil)
    #expect(ranking([.nan, 1], [true, false]).rocArea == 0)
}
