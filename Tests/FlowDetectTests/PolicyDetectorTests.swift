import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private func rule(
    _ from: String, _ to: String, _ action: PolicyRule.Action = .deny, ports: [UInt16] = [], protocols: [String] = []
) -> PolicyRule {
    var rule = PolicyRule()
    (rule.from, rule.to, rule.action, rule.ports, rule.protocols) = (from, to, action, ports, protocols)
    rule.reason = "says the operator"
    return rule
}

private func flow(
    _ source: Int = 1, _ from: UInt16, _ to: UInt16, port: UInt16 = 22, transport: Transport = .tcp,
    state: ConnectionState = .closed, traits: FlowTraits = [.sourceIsHome, .destinationIsHome], v6: Bool = false
) -> Flow {
    var flow = Flow(
        source: .home(source, isV6: v6),
        destination: IPAddress(v4: 0x0a00_ff01), start: Timestamp(seconds: 1_600_000_000), transport: transport,
        state: state, sourcePort: 50_000, destinationPort: port, bytesSent: state.isFailure ? 60 : 500,
        bytesReceived: state.isFailure ? 0 : 900, packetsSent: 1)
    (flow.sourceGroups, flow.destinationGroups) = (GroupSetID(rawValue: from), GroupSetID(rawValue: to))
    flow.traits = traits
    return flow
}

/// A run in which groups are 1: Desktops, Headquarters; 2: Printers; 3: Headquarters.
private func run(_ rules: [PolicyRule]) -> DetectorRun<PolicyDetector> {
    var settings = PolicySettings()
    settings.rules = rules
    var run = DetectorRun(PolicyDetector(settings), closesWindows: false)
    var names = FlowNames()
    for list in [["Desktops", "Headquarters"], ["Printers"], ["Headquarters"]] { _ = names.groups.intern(list) }
    run.tables.learn(names)
    return run
}

private func detect(_ rules: [PolicyRule], _ flows: [Flow], batch: Int = .max) -> [Finding] {
    var run = run(rules)
    run.show(flows, batch: batch)
    return run.findings
}

@Test(arguments: [false, true]) func `a forbidden flow is a finding at once, with the rule in it`(v6: Bool) throws {
    let found = detect(
        [rule("Desktops", "Printers", ports: [22, 23])], [flow(1, 1, 2, v6: v6), flow(1, 1, 2, port: 80)])
    #expect(found.count == 1)
    let breach = try #require(found.first?.reason as? PolicyReason)
    #expect(breach.rule == "Desktops → Printers, ports 22 23: \"says the operator\"")
    #expect(breach.number == 1 && breach.flows == 1 && breach.isAnswered && breach.port == 22)
    #expect(found[0].evidence == 8.5)
}

@Test func `a try weighs less than a flow that was taken up`() {
    let found = detect([rule("any", "Printers")], [flow(1, 1, 2, state: .attempted), flow(1, 1, 2)])
    // A try: 6.5; then answered, the second flow: 8.5 + 0.5 × log2 2.
    #expect(found.map(\.evidence) == [6.5, 9])
}

@Test(arguments: [
    // An exception that stands before the rule.
    ([rule("Headquarters", "Printers", .allow), rule("any", "Printers")], flow(1, 1, 2)),
    ([rule("Desktops", "Printers", protocols: ["udp"])], flow(1, 1, 2)),
    // The groups the other way round, an answer, a record begun in the middle.
    ([rule("Printers", "Desktops")], flow(1, 1, 2)),
    ([rule("Desktops", "Printers")], flow(1, 1, 2, traits: [.isMidstream])),
    ([rule("outside", "inside")], flow(1, 0, 0)),
    ([rule("Desktops", "Printers", .allow)], flow(1, 1, 2)), ([], flow(1, 1, 2)),
])
private func `what no rule forbids is no finding`(rules: [PolicyRule], flow: Flow) {
    #expect(detect(rules, [flow]).isEmpty)
}

@Test func `every group of a host counts, and so do the words for inside and outside`() {
    #expect(detect([rule("Headquarters", "Printers")], [flow(1, 1, 2), flow(2, 3, 2)]).count == 2)
    #expect(detect([rule("outside", "inside")], [flow(1, 0, 0, traits: .destinationIsHome)]).count == 1)
    #expect(detect([rule("inside", "any", protocols: ["icmp"])], [flow(1, 0, 0, transport: .icmp)]).count == 1)
}

@Test(arguments: [1, 7]) func `one that goes on is told by doublings, however batches are cut`(size: Int) {
    let flows = (0..<100).map { _ in flow(1, 1, 2) }
    let rules = [rule("Desktops", "Printers")]
    let found = detect(rules, flows, batch: size)
    // With flows 1, 2, 4, … 64; at most 10 nats.
    #expect(found.map(\.score) == [1, 2, 4, 8, 16, 32, 64])
    #expect(found.map(\.flows).reduce(0, +) == 64 && found.last?.evidence == 10)
    #expect(found == detect(rules, flows))
}

@Test func `what is forgotten is told anew`() {
    var run = run([rule("Desktops", "Printers")])
    for _ in 0..<2 {
        run.show([flow(1, 1, 2)])
        run.forget(.home(1))
    }
    #expect(run.findings.map(\.score) == [1, 1])
}

@Test func `rules that cannot be followed are named`() {
    var settings = PolicySettings()
    settings.rules = [rule("a", "b"), rule("a", "b", protocols: ["carrier-pigeon"])]
    #expect(settings.problem == "rule 2: \"protocols\" names IP protocols such as tcp")
    settings.rules = [rule("", "b")]
    #expect(settings.problem == "rule 1: \"from\" and \"to\" name host groups")
    settings.rules = Array(repeating: rule("a", "b"), count: 65)
    #expect(settings.problem == "takes at most 64 rules")
}

@Test func `a call to everyone breaks no rule`() {
    var call = flow(1, 1, 0, port: 1900, transport: .udp, traits: .sourceIsHome)
    call.destination = IPAddress(v4: 0xefff_fffa)
    #expect(detect([rule("Desktops", "outside")], [call]).isEmpty)
    call.destination = IPAddress(v4: 0x2d00_0001)
    #expect(detect([rule("Desktops", "outside")], [call]).count == 1)
}

@Test func `hosts that break rules by turns do not make each other new again`() {
    // There is room for 4,096; were each to have one place only, by hash, a third of them would share it with another.
    let flows = (0..<8).flatMap { _ in (1...3000).map { flow($0, 1, 2) } }
    let found = detect([rule("Desktops", "Printers")], flows)
    // With flows 1, 2, 4 and 8 of each.
    #expect(found.count == 12_000)
    #expect(found.count { $0.score == 1 } == 3000)
}
