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

@Test(arguments: [(0.45, 40_000), (2, 10_000), (30, 3600), (1000, 120)] as [(Double, Int)])
func `the rate is the mean over the whole time`(rate: Double, seconds: Int) throws {
    var configuration = Simulator.Configuration()
    configuration.rate = rate
    configuration.seconds = seconds
    var simulator = try Simulator(configuration, attacks: [])
    var count = 0
    var second: [Flow] = []
    while simulator.next(into: &second) { count += second.count }
    // Pages come in bursts of eight: three standard deviations of their number.
    let expected = rate * Double(seconds)
    #expect(abs(Double(count) - expected) < 0.01 * expected + 3 * (9 * expected).squareRoot(), "\(count)")
}

@Test func `flows come in order of start, IPv6 among them`() throws {
    let flows = try simulate(seed: 1).flows
    #expect(zip(flows, flows.dropFirst()).allSatisfy { $0.start <= $1.start })
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
    "port-scan:family=7", "port-scan:source=nobody", "port-scan:targets=99999999999g", "port-scan:rate=999999999999g",
    "beacon:jitter=2", "beacon:miss=1", "beacon:port=70000", "exfiltration:flows=99999999999g",
    "exfiltration:bytes=99999999999g",
])
func `what is no attack is refused`(text: String) {
    #expect(throws: AttackError.self) { try simulate(seed: 1, attacks: [text]) }
}

@Test func `an attack comes from and goes to where it is told`() throws {
    let (_, truth) = try simulate(
        seed: 3,
        attacks: [
            "port-scan:source=10.20.10.15,kind=random,targets=4,ports=9,rate=1,start=10s",
            "exfiltration:source=10.20.10.16,destination=192.0.2.9,start=10s",
        ])
    #expect(truth.map(\.source) == [IPAddress("10.20.10.15"), IPAddress("10.20.10.16")])
    #expect(truth[0].flows == 36)
    #expect(truth[0].destinations.count <= 4 && truth[0].ports.count <= 9)
    #expect(truth[1].destinations == [IPAddress("192.0.2.9")])
}

@Test func `a beacon calls by its clock, jitter and misses included`() throws {
    let (flows, truth) = try simulate(
        seed: 3, attacks: ["beacon:source=10.20.10.17,destination=198.18.0.9,port=8443,period=10s,jitter=0.2,start=30s"]
    )
    let calls = flows.filter { $0.destination == IPAddress("198.18.0.9") }
    #expect(truth[0].flows == calls.count && truth[0].ports == [8443] && truth[0].source == IPAddress("10.20.10.17"))
    let intervals = zip(calls, calls.dropFirst()).map { $1.start.nanoseconds - $0.start.nanoseconds }
    #expect(intervals.count > 80 && intervals.allSatisfy { $0 >= 8_000_000_000 && $0 <= 12_000_000_000 })
    let sparse = try simulate(seed: 3, attacks: ["beacon:period=10s,miss=0.5,start=30s"]).truth[0].flows
    #expect((25...65).contains(sparse))
}
