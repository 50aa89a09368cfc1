import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private let inside = IPAddress.home(1)
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

/// A run in which the outside host is on a list.
private func run(
    confidence: Double = 1, age: Int64 = 0, room: Int = 10_000
) -> DetectorRun<BlocklistHitDetector> {
    var run = DetectorRun(BlocklistHitDetector(), hosts: room, pairs: room, closesWindows: false)
    let updated = Timestamp(seconds: 1_600_000_000).advanced(by: -age)
    let feed = Feed(name: "bad", confidence: confidence, updated: updated, maximumAge: 7 * day)
    run.tables.listings = HostListings(feeds: [feed])
    let host = run.tables.hosts.intern(outside)
    _ = run.tables.listings.set(of: host) { 1 }
    return run
}

private func findings(
    of flows: [Flow], confidence: Double = 1, age: Int64 = 0, batch: Int = .max
) -> [Finding] {
    var run = run(confidence: confidence, age: age)
    run.show(flows, batch: batch)
    return run.findings
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

@Test func `a pair is told when met, when answered, and as its bytes grow eightfold`() throws {
    let flows = [flow(answered: false), flow()] + (0..<100).map { flow(at: 1_600_000_001 + $0, bytes: 1000) }
    let told = findings(of: flows)
    // At 60 bytes, at 1,060 with the first answer, then from 2^13 and from 2^16 on.
    #expect(told.count == 4)
    #expect(told.reduce(0) { $0 + $1.flows } <= flows.count)
    let last = try #require(told.last?.reason as? BlocklistHitReason)
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
    #expect(findings(of: BlocklistHitDetector(), in: [flow()]).isEmpty)
}

@Test func `probes of more listed strangers than are followed hide no call`() {
    var run = run(room: 200_000)
    let flows = (0..<100_001).map { number in
        var probe = flow(outbound: false, answered: false, peer: .outside((1 << 24) + number))
        probe.traits.insert(.sourceIsListed)
        return probe
    }
    run.show(flows + [flow()])
    #expect(run.findings.last?.peer == outside)
    #expect(run.detector.overflowCount == 2)
}
