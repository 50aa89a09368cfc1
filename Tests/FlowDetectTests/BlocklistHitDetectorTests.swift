import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private let inside = IPAddress(v4: 0x0a00_0001)
private let outside = IPAddress(v4: 0x2d09_0102)
private let day: Int64 = 86_400_000_000_000

private func flow(
    outbound: Bool = true, answered: Bool = true, at second: Int64 = 1_600_000_000, bytes: UInt64 = 500,
    peer: IPAddress = outside
) -> Flow {
    var flow = Flow(
        source: outbound ? inside : peer, destination: outbound ? peer : inside,
        start: Timestamp(seconds: second), duration: 1_000_000_000, transport: .tcp,
        state: answered ? .closed : .attempted, sourcePort: 50_000, destinationPort: 443,
        bytesSent: answered ? bytes : 60, bytesReceived: answered ? bytes : 0, packetsSent: 1, packetsReceived: 1)
    flow.traits = outbound ? [.sourceIsHome] : [.destinationIsHome]
    if peer == outside { flow.traits.insert(outbound ? .destinationIsListed : .sourceIsListed) }
    return flow
}

/// What the detector says of flows, the outside host being on a list.
private func findings(
    of flows: [Flow], confidence: Double = 1, age: Int64 = 0, batch: Int = .max
) -> [Finding] {
    var detector = BlocklistHitDetector()
    var tables = FlowTables(hosts: 10_000, pairs: 10_000)
    tables.listings = HostListings(
        feeds: [
            Feed(
                name: "bad", confidence: confidence, updated: Timestamp(seconds: 1_600_000_000).advanced(by: -age),
                maximumAge: 7 * day)
        ])
    var sink = FindingSink(takesAll: true)
    var known = flows
    for index in known.indices {
        tables.intern(&known, index..<index + 1)
        for (address, host) in [
            (known[index].source, known[index].sourceHost), (known[index].destination, known[index].destinationHost),
        ] {
            _ = tables.listings.set(of: host) { address == outside ? 1 : 0 }
        }
    }
    var from = 0
    while from < known.count {
        let slice = Array(known[from...].prefix(batch))
        detector.observe(slice.span, tables: tables, findings: &sink)
        from += slice.count
    }
    return sink.findings
}

@Test func `who calls and is answered weighs most, who is only probed hardly anything`() throws {
    let called = try #require(findings(of: [flow()]).first)
    let tried = try #require(findings(of: [flow(answered: false)]).first)
    let visited = try #require(findings(of: [flow(outbound: false)]).first)
    let probed = try #require(findings(of: [flow(outbound: false, answered: false)]).first)
    #expect(abs(called.evidence - 6) < 0.01)
    #expect(abs(tried.evidence - 3) < 0.01)
    #expect(abs(visited.evidence - 1.2) < 0.01)
    #expect(abs(probed.evidence - 0.18) < 0.01)
    #expect([called, tried].allSatisfy { $0.subject == inside })
    #expect([visited, probed].allSatisfy { $0.subject == outside })
}

@Test func `confidence and age of the feed count`() {
    #expect(abs((findings(of: [flow()], confidence: 0.5).first?.evidence ?? 0) - 3) < 0.01)
    // Within its age, and a whole one above it, either way.
    #expect(abs((findings(of: [flow()], age: 7 * day).first?.evidence ?? 0) - 6) < 0.01)
    #expect(abs((findings(of: [flow()], age: 14 * day).first?.evidence ?? 0) - 3) < 0.01)
    #expect(abs((findings(of: [flow()], age: -14 * day).first?.evidence ?? 0) - 3) < 0.01)
}

@Test func `a pair is told when met, when answered, and as its bytes grow eightfold`() {
    let flows = [flow(answered: false), flow()] + (0..<100).map { flow(at: 1_600_000_001 + $0, bytes: 1000) }
    let told = findings(of: flows)
    // At 60 bytes, at 1,060 with the first answer, then from 2^13 and from 2^16 on.
    #expect(told.count == 4)
    #expect(told.reduce(0) { $0 + $1.flows } <= flows.count)
    guard let last = told.last?.reason as? BlocklistHitReason else {
        Issue.record("no reason")
        return
    }
    #expect(last.isOutbound && last.isAnswered)
    #expect(last.entries == [BlocklistHitReason.Entry(feed: "bad", confidence: 1, age: last.entries.first?.age ?? 0)])
    #expect(last.bytesSent > 30_000)
    for size in [1, 3, 50] { #expect(findings(of: flows, batch: size) == told) }
}

@Test func `a list that names many of the network's peers says little`() throws {
    let others = (0..<3000).map { flow(peer: IPAddress(v4: 0x3000_0000 + UInt32($0))) }
    let lonely = try #require(findings(of: others + [flow()]).last)
    #expect(abs(lonely.evidence - 6) < 0.01)
    #expect(lonely.baseline < 0.001)
}

@Test func `without blocklists nothing is said`() {
    var detector = BlocklistHitDetector()
    var sink = FindingSink(takesAll: true)
    let flows = [flow()]
    detector.observe(flows.span, tables: FlowTables(hosts: 10, pairs: 10), findings: &sink)
    #expect(sink.findings.isEmpty)
}

@Test func `probes of more listed strangers than are followed hide no call`() {
    var detector = BlocklistHitDetector()
    var tables = FlowTables(hosts: 200_000, pairs: 200_000)
    tables.listings = HostListings(
        feeds: [Feed(name: "bad", confidence: 1, updated: Timestamp(seconds: 1_600_000_000), maximumAge: day)])
    var flows = (0..<100_001).map { number in
        var probe = flow(outbound: false, answered: false, peer: IPAddress(v4: 0x2e00_0000 + UInt32(number)))
        probe.traits.insert(.sourceIsListed)
        return probe
    }
    flows.append(flow())
    tables.intern(&flows, flows.indices)
    var sink = FindingSink(takesAll: true)
    detector.observe(flows.span, tables: tables, findings: &sink)
    #expect(sink.findings.last?.peer == outside)
    #expect(detector.overflowCount == 2)
}
