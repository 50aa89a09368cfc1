import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private struct Traffic {
    /// Questions and other connections in five minutes, for so many minutes.
    var questions = 2000
    var others = 100
    var minutes = 5
    var from = 0
    var host = 1
    var packets: UInt64 = 1
    var transport = Transport.udp
    var isHome = true
    var isV6 = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    var flows: [Flow] {
        let total = max(1, questions + others)
        return (0..<(questions + others) * minutes / 5).map { number in
            let isQuestion = number * questions / total != (number + 1) * questions / total
            let start = Timestamp(seconds: 1_600_000_200 + Int64(from) * 60).advanced(
                by: Int64(number) * 300_000_000_000 / Int64(total))
            var flow = Flow(
                source: address(host), destination: address(isQuestion ? 900 : 901), start: start,
                transport: isQuestion ? transport : .tcp, state: .established, sourcePort: 50_000,
                destinationPort: isQuestion ? 53 : 443, bytesSent: 70, bytesReceived: 150,
                packetsSent: isQuestion ? packets : 5, packetsReceived: isQuestion ? packets : 5)
            if isHome { flow.traits = .sourceIsHome }
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: DNSVolumeDetector(DNSVolumeSettings()), in: flows, batch: batch)
}

private let quiet = Traffic(questions: 30, others: 60, minutes: 30).flows

@Test func `a known host that asks far more is found, early, and enough by itself`() throws {
    let flows = quiet + Traffic(minutes: 10, from: 30).flows
    let found = findings(flows)
    #expect(findings(flows).evidence > 9.2)
    #expect(Set(found.map(\.subject)) == [IPAddress("10.0.0.1")])
    // 500 of 2,000 in five minutes are there after 80 s.
    #expect(try #require(found.first).span.end < Timestamp(seconds: 1_600_000_200 + 1800 + 90))
    let volume = try #require(found.last?.reason as? DNSVolumeReason)
    #expect(volume.questions > 1000 && volume.unanswered == 0)
    #expect(try #require(volume.usual) > 20)
    #expect(found.allSatisfy { $0.score.isFinite && $0.evidence > 0 && $0.evidence.isFinite && $0.baseline.isFinite })
}

@Test func `one that asks as much from the start is less sure`() {
    let total = findings(Traffic(minutes: 10).flows).evidence
    #expect(total > 7 && total < 8)
}

@Test func `packets of a tunnel in few flows are questions`() {
    #expect(findings(quiet + Traffic(questions: 10, minutes: 10, from: 30, packets: 300).flows).evidence > 9.2)
}

@Test(arguments: [
    Traffic(questions: 400), Traffic(questions: 3000, others: 2900), Traffic(questions: 0, others: 0),
    Traffic(isHome: false), Traffic(transport: .icmp),
    // Nothing but questions: a resolver that forwards.
    Traffic(questions: 4000, others: 20, minutes: 60),
])
private func `few, explained, empty, outside and resolvers' questions are ordinary`(traffic: Traffic) {
    #expect(findings(traffic.flows).isEmpty)
}

@Test func `a host that answers questions is a resolver`() {
    var asked = Traffic(questions: 10, others: 0, host: 2).flows
    for index in asked.indices { asked[index].destination = IPAddress(v4: 0x0a00_0001) }
    #expect(findings(asked + Traffic().flows).isEmpty)
    #expect(!findings(Traffic().flows).isEmpty)
}

@Test func `questions over IPv6 and over TCP are the same`() {
    let four = findings(Traffic().flows).map(\.score)
    #expect(four == findings(Traffic(isV6: true).flows).map(\.score))
    #expect(four == findings(Traffic(transport: .tcp).flows).map(\.score))
}

@Test(arguments: [1, 7, 333])
func `the size of batches changes no finding`(size: Int) {
    let flows = quiet + Traffic(minutes: 10, from: 30).flows
    #expect(findings(flows, batch: size) == findings(flows))
}

@Test func `a record from the end of time stops nothing`() {
    var ahead = Traffic(questions: 1, others: 1).flows
    ahead[0].start = Timestamp(nanoseconds: .max)
    ahead[1].start = Timestamp(nanoseconds: .min)
    #expect(!findings(ahead + Traffic().flows).isEmpty)
}

@Test func `what is forgotten asks anew`() {
    let flows = Traffic(questions: 900, others: 60).flows
    #expect(!findings(flows).isEmpty)
    var run = DetectorRun(DNSVolumeDetector(DNSVolumeSettings()), closesWindows: false)
    run.show(Array(flows[..<480]))
    run.forget(flows[0].source)
    run.show(Array(flows[480...]))
    #expect(run.findings.isEmpty)
}
