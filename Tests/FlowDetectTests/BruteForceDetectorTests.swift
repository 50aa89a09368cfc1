import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private struct Guesses {
    var count = 400
    var seconds = 900.0
    var servers = 1
    var port: UInt16 = 22
    var sent: UInt64 = 2000
    var state = ConnectionState.closed
    var isV6 = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    func flow(_ number: Int) -> Flow {
        let start = Timestamp(seconds: 1_600_000_000).advanced(
            by: Int64(seconds / Double(count) * Double(number) * 1e9))
        return Flow(
            source: address(1), destination: address(2 + number % servers), start: start, duration: 2_000_000_000,
            transport: .tcp, state: state, sourcePort: 50_000, destinationPort: port,
            bytesSent: sent + sent * UInt64(number % 3) / 14, bytesReceived: 2500)
    }

    var flows: [Flow] { (0..<count).map(flow) }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: BruteForceDetector(BruteForceSettings()), in: flows, batch: batch)
}

private func series(_ finding: Finding) -> BruteForceReason? { finding.reason as? BruteForceReason }

@Test func `four hundred guesses in a quarter of an hour are enough by themselves`() throws {
    let found = findings(Guesses().flows)
    #expect(findings(Guesses().flows).evidence > 9.2)
    let last = try #require(found.last)
    #expect(last.subject == IPAddress("10.0.0.1"))
    #expect(last.peer == IPAddress("10.0.0.2"))
    #expect(series(last).map { $0.guesses > 300 && $0.servers == 1 && $0.session == nil } == true)
    #expect(found.allSatisfy { $0.score.isFinite && $0.evidence.isFinite && $0.baseline.isFinite })
    // It is told after the first thirty, not at the end.
    #expect(try #require(found.first).span.end < Timestamp(seconds: 1_600_000_000 + 120))
}

@Test func `guesses at many servers are one story`() throws {
    let found = findings(Guesses(seconds: 300, servers: 20).flows)
    #expect(Set(found.map(\.subject)).count == 1)
    #expect(try #require(found.last.flatMap(series)).servers == 20)
    #expect(try #require(found.last).peer == nil)
}

@Test func `a longer connection after them is told as a possible success`() throws {
    let guesses = Guesses()
    var session = guesses.flow(guesses.count)
    session.bytesSent = 90_000
    session.duration = 600_000_000_000
    let found = findings(guesses.flows + [session])
    #expect(found.count == findings(guesses.flows).count + 1)
    let last = try #require(found.last)
    #expect(try #require(series(last)?.session).bytes == 92_500)
    #expect(last.evidence >= 5)
}

@Test func `IPv6 gives the same`() {
    let four = findings(Guesses().flows)
    let six = findings(Guesses(isV6: true).flows)
    #expect(four.map(\.score) == six.map(\.score))
}

@Test(arguments: [1, 7, 133])
func `the size of batches changes no guess`(size: Int) {
    #expect(findings(Guesses().flows, batch: size) == findings(Guesses().flows))
}

@Test(arguments: [
    Guesses(count: 20), Guesses(count: 60, seconds: 3600), Guesses(sent: 40_000), Guesses(port: 443),
    Guesses(state: .attempted), Guesses(count: 0), Guesses(sent: 220),
])
private func `few, slow, large, unanswered and empty ones are ordinary`(guesses: Guesses) {
    #expect(findings(guesses.flows).isEmpty)
}

@Test func `many short connections between long ones are a file share`() {
    let guesses = Guesses(port: 445)
    let flows = guesses.flows.enumerated().map { number, flow in
        var flow = flow
        if number % 5 == 0 { flow.bytesReceived = 4_000_000 }
        return flow
    }
    #expect(findings(flows).isEmpty)
}

@Test func `FTP log-ins with transfers are transfers`() {
    let flows = Guesses(port: 21).flows.flatMap { control in
        var data = control
        data.destinationPort = 51_000
        return [control, data]
    }
    #expect(findings(flows).isEmpty)
    #expect(!findings(Guesses(port: 21).flows).isEmpty)
}

@Test func `programs that log in to a database all day stay below an incident`() {
    let program = Guesses(count: 20_000, seconds: 36_000, port: 3306, sent: 600)
    #expect(findings(program.flows).evidence < 7)
    // Known to be quiet, a source is judged in full.
    let quiet = Guesses(count: 20, seconds: 2000, port: 3306, sent: 600).flows
    let guesses = Guesses(port: 3306, sent: 600).flows.map { flow in
        var flow = flow
        flow.start = flow.start.advanced(by: 2_000_000_000_000)
        return flow
    }
    #expect(findings(quiet + guesses).evidence > 9.2)
}

@Test func `what is forgotten starts anew`() {
    let flows = Guesses().flows
    #expect(!findings(Array(flows[..<40])).isEmpty)
    var run = DetectorRun(BruteForceDetector(BruteForceSettings()), closesWindows: false)
    run.show(Array(flows[..<25]))
    run.forget(flows[0].source)
    run.show(Array(flows[25..<40]))
    #expect(run.findings.isEmpty)
}
