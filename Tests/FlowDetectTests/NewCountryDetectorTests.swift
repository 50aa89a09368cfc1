import FlowDetect
import FlowModel
import FlowState
import Testing

private let home = IPAddress(v4: 0x0a00_0001)
private let usual = IPAddress(v4: 0x0100_0001)
private let strange = IPAddress(v4: 0x2d09_0102)
private let sixth = IPAddress(high: 0x2a01_04f8_0000_0000, low: 1)
private let places: [IPAddress: Place] = [
    usual: Place(country: 0x4155, autonomousSystem: 64_500), strange: Place(country: 0x4e4c, autonomousSystem: 64_501),
    sixth: Place(country: 0x4e4c, autonomousSystem: 64_501),
    IPAddress(v4: 0x0100_0101): Place(country: 0x4155, autonomousSystem: 64_502),
]

private func flow(_ peer: IPAddress, minute: Int, inbound: Bool = false, answered: Bool = true) -> Flow {
    var flow = Flow(
        source: inbound ? peer : home, destination: inbound ? home : peer,
        start: Timestamp(seconds: 1_600_000_200 + Int64(minute) * 60), transport: .tcp,
        state: answered ? .closed : .attempted, sourcePort: 50_000, destinationPort: 443,
        bytesSent: answered ? 700 : 60, bytesReceived: answered ? 1500 : 0, packetsSent: answered ? 8 : 1,
        packetsReceived: answered ? 8 : 0)
    flow.traits = inbound ? .destinationIsHome : .sourceIsHome
    return flow
}

/// A call of the same country every ten minutes for so many days.
private func habit(days: Int = 2, inbound: Bool = false) -> [Flow] {
    (0..<days * 144).map { flow(usual, minute: $0 * 10, inbound: inbound) }
}

/// A detector, its tables and what it says.
private struct Run {
    var detector = NewCountryDetector(NewCountrySettings())
    var tables = FlowTables(hosts: 100, pairs: 100)
    var sink = FindingSink(takesAll: true)

    mutating func pass(_ flows: [Flow], batch: Int = .max) {
        var known = flows
        for index in known.indices {
            tables.intern(&known, index..<index + 1)
            for (address, host) in [
                (known[index].source, known[index].sourceHost),
                (known[index].destination, known[index].destinationHost),
            ] where address != home {
                tables.places.meet(host) { places[address] ?? .unknown }
            }
        }
        var rest = known[...]
        while let first = rest.first {
            // A window of ten seconds, in batches; what it taught of the network is read two windows later.
            var window = rest.prefix { $0.start < first.start.advanced(by: 10_000_000_000) }
            rest = rest.dropFirst(window.count)
            while !window.isEmpty {
                let slice = Array(window.prefix(batch))
                detector.observe(slice.span, tables: tables, findings: &sink)
                window = window.dropFirst(slice.count)
            }
            tables.network.endWindow(sink.lessons)
            sink.lessons = NetworkLessons()
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    var run = Run()
    run.pass(flows, batch: batch)
    return run.sink.findings
}

private func kinds(_ findings: [Finding]) -> [NoveltyReason.Kind] {
    findings.compactMap { if let novelty = $0.reason as? NoveltyReason { novelty.kind } else { nil } }
}

@Test(arguments: [strange, sixth], [false, true])
func `a country never met is said once, after the learning time`(peer: IPAddress, inbound: Bool) throws {
    let flows = habit(inbound: inbound) + [2890, 2891, 3000].map { flow(peer, minute: $0, inbound: inbound) }
    let found = findings(flows)
    #expect(kinds(found) == [.country(places[peer] ?? .unknown)])
    let first = try #require(found.first)
    #expect(first.subject == home && first.peer == peer)
    // 144 slices that count without news, drawn to (0 + 1) / (144 + 2) by 6: 1 of 3,650 is new; ln(3650 / 12).
    #expect(abs(first.evidence - 5.7) < 0.1)
    for size in [1, 7, 100] { #expect(findings(flows, batch: size) == found) }
    #expect(findings(Array(flows.dropFirst(160))).isEmpty)
}

@Test func `a new autonomous system of a known country is said as such`() {
    let other = IPAddress(v4: 0x0100_0101)
    #expect(kinds(findings(habit() + [flow(other, minute: 2890)])) == [.autonomousSystem(places[other] ?? .unknown)])
}

@Test func `what is unanswered, unknown, known as well or without files says nothing`() {
    #expect(findings(habit() + [flow(strange, minute: 2890, answered: false)]).isEmpty)
    #expect(findings(habit() + [flow(IPAddress(v4: 0x0808_0808), minute: 2890)]).isEmpty)
    #expect(findings([flow(strange, minute: 0)] + habit() + [flow(strange, minute: 2890)]).isEmpty)
    var run = Run()
    let flows = habit() + [flow(strange, minute: 2890)]
    run.detector.observe(flows.span, tables: run.tables, findings: &run.sink)
    #expect(run.sink.findings.isEmpty)
}

@Test func `who visits from where others are called is new`() {
    // Both ways are known; the strange country is known as called only.
    let both = zip(habit(), habit(inbound: true)).flatMap { [$0, $1] }
    let flows = [flow(strange, minute: 0)] + both + [flow(strange, minute: 2890, inbound: true)]
    #expect(kinds(findings(flows)) == [.country(places[strange] ?? .unknown)])
}

@Test func `a month later a country is new again`() {
    #expect(findings([flow(strange, minute: 0)] + habit(days: 10) + [flow(strange, minute: 14_410)]).isEmpty)
    #expect(findings([flow(strange, minute: 0)] + habit(days: 33) + [flow(strange, minute: 47_530)]).count == 1)
}

@Test func `what was learnt is kept, and whose id is reused is looked at anew`() throws {
    var run = Run()
    run.pass(habit())
    var saving = StateCarrier()
    try run.detector.carry(&saving)
    var restored = Run()
    restored.tables = run.tables
    var restoring = try StateCarrier(restoring: saving.finished)
    try restored.detector.carry(&restoring)
    try restoring.expectEnd()
    var gone = HostSet()
    gone.insert(restored.tables.hosts.intern(usual))
    restored.detector.forget(gone, tables: restored.tables)
    restored.tables.places.forget(gone)
    let later = [flow(usual, minute: 2885), flow(strange, minute: 2890)]
    restored.pass(later)
    #expect(kinds(restored.sink.findings) == [.country(places[strange] ?? .unknown)])
}
