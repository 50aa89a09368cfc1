import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private struct Load {
    var perSecond = 400
    var seconds = 30
    var sources = 1
    var ports = 1
    var targets = 1
    var state = ConnectionState.attempted
    var transport = Transport.tcp
    var packets: UInt64 = 1
    var received: UInt64 = 0
    var from = 0
    var isV6 = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    var flows: [Flow] {
        (0..<perSecond * seconds).map { number in
            let start = Timestamp(seconds: 1_600_000_000 + Int64(from)).advanced(
                by: Int64(number) * 1_000_000_000 / Int64(perSecond))
            return Flow(
                source: address(100 + number % sources), destination: address(1 + number % targets), start: start,
                transport: transport, state: state, sourcePort: 50_000, destinationPort: UInt16(80 + number % ports),
                bytesSent: 60 * packets, bytesReceived: received, packetsSent: packets)
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: FloodDetector(FloodSettings()), in: flows, batch: batch)
}

private func flood(_ finding: Finding?) -> FloodReason? { finding?.reason as? FloodReason }

@Test func `one host's flood is told of the host, within seconds`() throws {
    let found = findings(Load().flows)
    let first = try #require(found.first)
    #expect(first.subject == IPAddress("10.0.0.100"))
    #expect(first.peer == IPAddress("10.0.0.1"))
    #expect(first.span.end < Timestamp(seconds: 1_600_000_003))
    #expect(flood(first)?.role == .source)
    #expect(findings(Load().flows).evidence > 9.2)
    #expect(found.allSatisfy { $0.score.isFinite && $0.evidence > 0 && $0.evidence.isFinite && $0.baseline.isFinite })
}

@Test func `a flood from many is told of its target, with how many and how even they are`() throws {
    let found = findings(Load(sources: 200).flows)
    #expect(Set(found.map(\.subject)) == [IPAddress("10.0.0.1")])
    let last = try #require(flood(found.last))
    #expect(last.role == .target)
    #expect((150...250).contains(last.sources))
    #expect(last.evenness > 0.9)
}

@Test(arguments: [
    Load(perSecond: 10, packets: 2000), Load(perSecond: 10, transport: .icmp, packets: 1000),
    Load(perSecond: 10, transport: .udp, packets: 40_000), Load(perSecond: 150, transport: .icmp),
])
private func `packets weigh like flows`(load: Load) {
    #expect(findings(load.flows).evidence > 7)
}

@Test(arguments: [
    Load(perSecond: 90), Load(perSecond: 90, state: .closed, received: 500), Load(seconds: 0),
    // A scan of ports, and one of hosts.
    Load(ports: 1000), Load(targets: 100),
    // A resolver that is busy from the first second.
    Load(perSecond: 900, sources: 30, state: .established, transport: .udp, received: 200),
    // One way of a transfer, and few flows of many packets.
    Load(perSecond: 10, state: .unknown, packets: 50_000), Load(perSecond: 5, transport: .udp, packets: 2000),
])
private func `few, scattered, answered and empty ones are ordinary`(load: Load) {
    #expect(findings(load.flows).isEmpty)
}

@Test func `answered connections count against the target's own history`() {
    let usual = Load(perSecond: 8, seconds: 120, sources: 20, state: .closed, received: 500)
    let crowd = Load(perSecond: 600, sources: 300, state: .closed, received: 500, from: 120)
    let total = findings(usual.flows + crowd.flows).evidence
    // A crowd may be just that.
    #expect(total > 4 && total < 7)
    #expect(
        findings(usual.flows + Load(perSecond: 600, seconds: 60, state: .closed, received: 500, from: 120).flows)
            .evidence > 8)
    let busyHour = Load(perSecond: 60, sources: 60, state: .closed, received: 500, from: 120)
    #expect(findings(usual.flows + busyHour.flows).isEmpty)
}

@Test func `where exporters see one way only silence says nothing`() {
    let oneWay = Load(perSecond: 50, seconds: 60, targets: 50, state: .unknown, isV6: true)
    #expect(findings(oneWay.flows + Load(sources: 40, state: .unknown, from: 60).flows).isEmpty)
    #expect(!findings(Load(sources: 40, state: .unknown).flows).isEmpty)
}

@Test func `connections begun at a busy server, of which no more is known, are no flood`() {
    let answered = Load(perSecond: 110, seconds: 30, state: .closed, received: 500)
    #expect(findings(answered.flows + Load(perSecond: 110, seconds: 20, state: .unknown, from: 30).flows).isEmpty)
}

@Test func `floods over IPv6 are the same`() {
    #expect(findings(Load().flows).map(\.score) == findings(Load(isV6: true).flows).map(\.score))
}

@Test(arguments: [1, 7, 333])
func `the size of batches changes no flood`(size: Int) {
    let flows = Load(seconds: 12, sources: 3).flows
    #expect(findings(flows, batch: size) == findings(flows))
}

@Test func `a record from the future stops nothing`() {
    var ahead = Load(perSecond: 1, seconds: 1).flows
    ahead[0].start = Timestamp(nanoseconds: .max)
    var first = ahead[0]
    first.start = Timestamp(nanoseconds: .min)
    #expect(!findings(ahead + [first] + Load().flows).isEmpty)
}

@Test func `what is forgotten is judged anew`() {
    // 400 flows a second, each twice: the floor of 500 in a slice is reached once, not in what is left.
    let flows = Load(seconds: 1).flows.flatMap { [$0, $0] }
    var run = DetectorRun(FloodDetector(FloodSettings()), closesWindows: false)
    run.show(Array(flows.dropLast(2)))
    run.forget(flows[0].source, flows[0].destination)
    run.show(Array(flows.suffix(2)))
    #expect(run.findings.count == 1)
}
