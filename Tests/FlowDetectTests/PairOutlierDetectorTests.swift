import FlowDetect
import FlowFeatures
import FlowModel
import FlowTestKit
import Testing

/// A window of pairs, each with so many connections to so many ports.
private func findings(
    _ pairs: [(connections: Int, ports: Int)], _ change: (inout PairOutlierSettings) -> Void = { _ in }
)
    -> [Finding]
{
    var settings = PairOutlierSettings()
    change(&settings)
    var detector = PairOutlierDetector(settings)
    var tables = FlowTables(hosts: 1000, pairs: 1000)
    var window = PairWindow(window: Window(start: Timestamp(seconds: 0), end: Timestamp(seconds: 10)))
    for (number, pair) in pairs.enumerated() {
        for connection in 0..<pair.connections {
            var flow = Flow(
                source: IPAddress(v4: 1), destination: IPAddress(v4: UInt32(number + 2)), start: Timestamp(seconds: 0),
                transport: .tcp, state: .closed, sourcePort: 50_000,
                destinationPort: UInt16(1 + connection % pair.ports),
                bytesSent: 10, bytesReceived: 10)
            tables.intern(&flow)
            let flows = [flow]
            window.add(flows.span)
        }
    }
    var sink = FindingSink(takesAll: true)
    detector.endWindow(window, tables: tables, findings: &sink)
    return sink.findings
}

@Test func `with no spread every busier pair is outside, and weighs nothing`() {
    let found = findings([(1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (3, 1)])
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.evidence == 0 })
}

@Test func `hundreds of ports weigh a little`() {
    let found = findings(Array(repeating: (1, 1), count: 20) + [(300, 300)])
    #expect(found.count == 1)
    #expect(found[0].evidence > 0 && found[0].evidence <= 0.5)
    #expect(found[0].flows == 300)
}

@Test func `the inner fence lies within the outer, and features can be chosen`() {
    // Connections 1, 2, 3, 4, 9: quartiles 2 and 4, fences 7 (inner) and 10 (outer).
    let pairs = [(1, 1), (2, 1), (3, 1), (4, 1), (9, 1)]
    #expect(findings(pairs) { $0.features = [.connections] }.isEmpty)
    let inner = findings(pairs) {
        $0.features = [.connections]
        $0.fence = .inner
    }
    #expect(inner.count == 1)
    #expect(inner[0].baseline == 7)
    #expect(
        findings(pairs) {
            $0.features = [.destinationPorts]
            $0.fence = .inner
        }.isEmpty)
}

@Test func `an empty window is silent`() {
    #expect(findings([]).isEmpty)
}
