import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// A window of pairs, each with so many connections to so many ports.
private func findings(
    _ pairs: [(connections: Int, ports: Int)], _ change: (inout PairOutlierSettings) -> Void = { _ in }
) throws -> [Finding] {
    var settings = PairOutlierSettings()
    change(&settings)
    let lines = pairs.enumerated().map { number, pair in
        "0s x\(pair.connections) 10.0.0.1 -> 10.0.1.\(number):1{n%\(pair.ports)} tcp closed 10/10"
    }
    return findingsByWindow(
        of: PairOutlierDetector(settings), in: try Scenario(lines.joined(separator: "\n")).flows)
}

@Test func `with no spread every busier pair is outside, and weighs nothing`() throws {
    let found = try findings([(1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (3, 1)])
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.evidence == 0 })
}

@Test func `hundreds of ports weigh a little`() throws {
    let found = try findings(Array(repeating: (1, 1), count: 20) + [(300, 300)])
    #expect(found.count == 1)
    #expect(found[0].evidence > 0 && found[0].evidence <= 0.5)
    #expect(found[0].flows == 300)
}

@Test func `the inner fence lies within the outer, and features can be chosen`() throws {
    // Connections 1, 2, 3, 4, 9: quartiles 2 and 4, fences 7 (inner) and 10 (outer).
    let pairs = [(1, 1), (2, 1), (3, 1), (4, 1), (9, 1)]
    #expect(try findings(pairs) { $0.features = [.connections] }.isEmpty)
    let inner = try findings(pairs) {
        $0.features = [.connections]
        $0.fence = .inner
    }
    #expect(inner.count == 1)
    #expect(inner[0].baseline == 7)
    #expect(
        try findings(pairs) {
            $0.features = [.destinationPorts]
            $0.fence = .inner
        }.isEmpty)
}

@Test func `an empty window is silent`() throws {
    #expect(try findings([]).isEmpty)
}
