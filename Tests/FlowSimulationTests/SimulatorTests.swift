import FlowModel
import FlowSimulation
import Testing

private func simulate(seed: UInt64, attacks: [String] = []) throws -> (flows: [Flow], truth: [AttackTruth]) {
    var configuration = Simulator.Configuration()
    configuration.seed = seed
    configuration.seconds = 900
    configuration.rate = 20
    var simulator = try Simulator(configuration, attacks: attacks)
    var all: [Flow] = []
    var second: [Flow] = []
    while simulator.next(into: &second) { all += second }
    return (all, simulator.truth)
}

@Test func `the same seed gives the same flows, another seed others`() throws {
    let one = try simulate(seed: 1).flows
    #expect(one == (try simulate(seed: 1).flows))
    #expect(one != (try simulate(seed: 2).flows))
}

@Test func `flows come in order of start, at about the rate asked for, IPv6 among them`() throws {
    let flows = try simulate(seed: 1).flows
    #expect(zip(flows, flows.dropFirst()).allSatisfy { $0.start <= $1.start })
    #expect((900 * 14...900 * 26).contains(flows.count))
    #expect(flows.contains { !$0.source.isV4 && !$0.destination.isV4 })
}

@Test func `state and bytes agree`() throws {
    for flow in try simulate(seed: 5, attacks: ["port-scan:start=60s"]).flows {
        if flow.state.isFailure { #expect(flow.bytesReceived == 0) } else { #expect(flow.bytesReceived > 0) }
        #expect(flow.bytesSent > 0)
    }
}

@Test func `attacks do what their parameters say, and the truth counts it`() throws {
    let plain = try simulate(seed: 3).flows.count
    let (flows, truth) = try simulate(
        seed: 3, attacks: ["port-scan:targets=3,ports=20,rate=2,start=60s", "exfiltration:bytes=9m,flows=3,start=2m"])
    #expect(truth.map(\.kind) == ["port-scan", "exfiltration"])
    #expect(truth[0].flows == 60)
    #expect(truth[0].destinations.count == 3)
    #expect(truth[1].flows == 3)
    #expect(truth[1].bytes == 9_000_000)
    #expect(flows.filter { $0.destination == truth[1].destinations.first }.count == 3)
    #expect(abs(flows.count - plain) < plain / 10 + 63)
}

@Test(arguments: [
    "nonsense", "port-scan:no=1", "port-scan:rate=x", "port-scan:kind=diagonal", "exfiltration:start=soon",
    "port-scan:family=7", "port-scan:targets=99999999999g", "port-scan:rate=999999999999g",
    "exfiltration:flows=99999999999g", "exfiltration:bytes=99999999999g",
])
func `what is no attack is refused`(text: String) {
    #expect(throws: AttackError.self) { try simulate(seed: 1, attacks: [text]) }
}
