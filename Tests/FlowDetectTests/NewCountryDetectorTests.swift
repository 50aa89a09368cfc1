import FlowDetect
import FlowModel
import FlowState
import FlowTestKit
import Testing

private let home = IPAddress(v4: 0x0a00_0001)
private let usual = IPAddress(v4: 0x0100_0001)
private let strange = IPAddress(v4: 0x2d09_0102)
private let sixth = IPAddress(high: 0x2a01_04f8_0000_0000, low: 1)
private let knownPlaces: [IPAddress: Place] = [
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

extension FlowTables {
    /// Learns where the hosts are.
    fileprivate mutating func learnPlaces() {
        for (address, place) in knownPlaces {
            let host = hosts.intern(address)
            places.meet(host) { place }
        }
    }
}

private func newRun() -> DetectorRun<NewCountryDetector> {
    var run = DetectorRun(NewCountryDetector(NewCountrySettings()), closesWindows: false)
    run.tables.learnPlaces()
    return run
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    var run = newRun()
    run.show(flows, batch: batch)
    return run.findings
}

private func kinds(_ findings: [Finding]) -> [NoveltyReason.Kind] {
    findings.compactMap { ($0.reason as? NoveltyReason)?.kind }
}

@Test(arguments: [strange, sixth], [false, true])
func `a country never met is said once, after the learning time`(peer: IPAddress, inbound: Bool) throws {
    let flows = habit(inbound: inbound) + [2890, 2891, 3000].map { flow(peer, minute: $0, inbound: inbound) }
    let found = findings(flows)
    #expect(kinds(found) == [.country(knownPlaces[peer] ?? .unknown)])
    let first = try #require(found.first)
    #expect(first.subject == home && first.peer == peer)
    // 144 slices that count without news, drawn to (0 + 1) / (144 + 2) by 6: 1 of 3,650 is new; ln(3650 / 12).
    #expect(abs(first.evidence - 5.7) < 0.1)
    for size in [1, 7, 100] { #expect(findings(flows, batch: size) == found) }
    #expect(findings(Array(flows.dropFirst(160))).isEmpty)
}

@Test func `a new autonomous system of a known country is said as such`() {
    let other = IPAddress(v4: 0x0100_0101)
    #expect(
        kinds(findings(habit() + [flow(other, minute: 2890)])) == [.autonomousSystem(knownPlaces[other] ?? .unknown)])
}

@Test func `what is unanswered, unknown, known as well or without files says nothing`() {
    #expect(findings(habit() + [flow(strange, minute: 2890, answered: false)]).isEmpty)
    #expect(findings(habit() + [flow(IPAddress(v4: 0x0808_0808), minute: 2890)]).isEmpty)
    #expect(findings([flow(strange, minute: 0)] + habit() + [flow(strange, minute: 2890)]).isEmpty)
    let flows = habit() + [flow(strange, minute: 2890)]
    #expect(findings(of: NewCountryDetector(NewCountrySettings()), in: flows).isEmpty)
}

@Test func `who visits from where others are called is new`() {
    // Both ways are known; the strange country is known as called only.
    let both = zip(habit(), habit(inbound: true)).flatMap { [$0, $1] }
    let flows = [flow(strange, minute: 0)] + both + [flow(strange, minute: 2890, inbound: true)]
    #expect(kinds(findings(flows)) == [.country(knownPlaces[strange] ?? .unknown)])
}

@Test func `a month later a country is new again`() {
    #expect(findings([flow(strange, minute: 0)] + habit(days: 10) + [flow(strange, minute: 14_410)]).isEmpty)
    #expect(findings([flow(strange, minute: 0)] + habit(days: 33) + [flow(strange, minute: 47_530)]).count == 1)
}

@Test func `what was learnt is kept, and whose id is reused is looked at anew`() throws {
    var run = newRun()
    run.show(habit())
    var saving = StateCarrier()
    try run.detector.carry(&saving)
    var restored = newRun()
    restored.tables = run.tables
    var restoring = try StateCarrier(restoring: saving.finished)
    try restored.detector.carry(&restoring)
    try restoring.expectEnd()
    restored.forget(usual)
    restored.tables.learnPlaces()
    restored.show([flow(usual, minute: 2885), flow(strange, minute: 2890)])
    #expect(kinds(restored.findings) == [.country(knownPlaces[strange] ?? .unknown)])
}
