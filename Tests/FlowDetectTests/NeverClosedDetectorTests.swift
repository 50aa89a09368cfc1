import FlowModel
import FlowTestKit
import Testing

@testable import FlowDetect

private struct Held {
    var perMinute = 400
    var minutes = 1
    var sources = 1
    var ports = 1
    var state = ConnectionState.established
    var transport = Transport.tcp
    var received: UInt64 = 900
    var from = 0
    var isV6 = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    var flows: [Flow] {
        (0..<perMinute * minutes).map { number in
            // 1,600,000,020 is the start of a minute.
            let start = Timestamp(seconds: 1_600_000_020 + Int64(from) * 60).advanced(
                by: Int64(number) * 60_000_000_000 / Int64(perMinute))
            return Flow(
                source: address(100 + number % sources), destination: address(1), start: start, duration: 1_000_000_000,
                transport: transport, state: state, sourcePort: 40_000, destinationPort: UInt16(80 + number % ports),
                bytesSent: 1500, bytesReceived: received)
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: NeverClosedDetector(NeverClosedSettings()), in: flows, batch: batch)
}

private func held(_ finding: Finding?) -> NeverClosedReason? { finding?.reason as? NeverClosedReason }

@Test func `connections that one host holds open are told of it, within the minute`() throws {
    let found = findings(Held().flows)
    // At 50 weighs 3, and 2 each at 100, 200 and 400.
    #expect(found.map(\.evidence) == [3, 2, 2, 2])
    #expect(found.map(\.score) == [50, 100, 200, 400])
    #expect(found.map(\.flows) == [50, 50, 100, 200])
    #expect(Set(found.map(\.subject)) == [IPAddress("10.0.0.100")] && found[0].peer == IPAddress("10.0.0.1"))
    #expect(held(found.last) == NeverClosedReason(role: .source, port: 80, connections: 400, usual: 50))
    // The next minute weighs 1.
    #expect(findings(Held(minutes: 2).flows).map(\.evidence) == [3, 2, 2, 2, 1])
}

@Test func `those of many hosts are told of the target once it is known, and weigh less than an incident`() throws {
    #expect(findings(Held(sources: 200).flows).isEmpty)
    let found = findings(Held(perMinute: 2, minutes: 12).flows + Held(perMinute: 3000, sources: 200, from: 12).flows)
    #expect(Set(found.map(\.subject)) == [IPAddress("10.0.0.1")])
    #expect(held(found.last)?.role == .target)
    let total = found.evidence
    #expect(total > 4.9 && total < 5.5)
}

@Test(arguments: [
    Held(perMinute: 49), Held(state: .closed), Held(state: .attempted), Held(transport: .udp), Held(received: 5000),
    // Two connections to each of many ports.
    Held(ports: 200), Held(minutes: 0),
])
private func `few, closed, unanswered, used and scattered connections are ordinary`(connections: Held) {
    #expect(findings(connections.flows).isEmpty)
}

@Test func `a service that always has as many is known by that`() {
    // 40 a minute are learnt: the limit is then 8 × 40.
    let usual = Held(perMinute: 40, minutes: 30).flows
    #expect(findings(usual + Held(perMinute: 300, from: 30).flows).isEmpty)
    #expect(findings(usual + Held(perMinute: 700, from: 30).flows).map(\.score) == [320, 640])
}

@Test func `where hardly any record tells an end, none says anything`() {
    let open = Held(perMinute: 300, received: 90_000).flows
    #expect(findings(open + Held(from: 1).flows).isEmpty)
    let closed = Held(perMinute: 900, state: .closed).flows
    #expect(!findings(open + closed + Held(from: 1).flows).isEmpty)
}

@Test func `held connections over IPv6 are the same`() {
    #expect(findings(Held().flows).map(\.score) == findings(Held(isV6: true).flows).map(\.score))
}

@Test(arguments: [1, 7, 333])
func `the size of batches changes no finding of held connections`(size: Int) {
    let flows = Held(minutes: 3).flows
    #expect(findings(flows, batch: size) == findings(flows))
}

@Test func `a record from either end of time stops nothing`() {
    var ahead = Held(perMinute: 2).flows
    ahead[0].start = Timestamp(nanoseconds: .max)
    ahead[1].start = Timestamp(nanoseconds: .min)
    #expect(!findings(ahead + Held().flows).isEmpty)
}
