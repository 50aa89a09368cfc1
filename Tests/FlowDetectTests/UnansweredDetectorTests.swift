import FlowMath
import FlowModel
import FlowTestKit
import Testing

@testable import FlowDetect

private struct Tries {
    /// Peers tried in five minutes, one in each window, and how many of them in vain.
    var peers = 30
    var vain = 3
    var slices = 4
    var from = 0
    var host = 1
    /// Flows to each.
    var retries = 1
    var isHome = true
    var isV6 = false
    var isMulticast = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    var flows: [Flow] {
        (0..<peers * slices * retries).map { number in
            let slice = number / retries / peers
            let peer = number / retries % peers
            // 1,600,000,200 is the start of a five minutes.
            let start = Timestamp(seconds: 1_600_000_200 + Int64((from + slice) * 300 + peer * 300 / peers))
            var flow = Flow(
                source: address(host), destination: isMulticast ? IPAddress(v4: 0xe000_00fb) : address(1000 + peer),
                start: start, transport: .tcp, state: peer < vain ? .attempted : .closed, sourcePort: 50_000,
                destinationPort: 443, bytesSent: 60)
            if isHome { flow.traits = .sourceIsHome }
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findingsByWindow(of: UnansweredDetector(UnansweredSettings()), in: flows, batch: batch)
}

private let past = Tries().flows

@Test func `a host whose peers fall silent is told of with share, number and what is ordinary`() throws {
    let found = findings(past + Tries(vain: 27, slices: 1, from: 4).flows)
    try #require(found.count == 1)
    // Its own share is 3 of 30, which is the floor, too.
    #expect(
        found[0].reason as? UnansweredReason == UnansweredReason(tried: 30, vain: 27, usualShare: Double(Float(0.1))))
    #expect(found[0].score == 0.9 && found[0].flows == 27)
    // 30 · (0.9 ln 9 + 0.1 ln (1/9)) = 52.7 nats, less 9.2 for the tests; a tenth of it is more than the most.
    #expect(found[0].evidence == 1)
    #expect(found[0].span.start == Timestamp(seconds: 1_600_000_200 + 1200))
}

@Test func `the divergence of shares is that of the binomial's tail`() {
    #expect(abs(UnansweredDetector.divergence(0.5, 0.1) - 0.510826) < 1e-6)
    #expect(abs(UnansweredDetector.divergence(1, 0.1) - logarithm(10)) < 1e-12)
    #expect(UnansweredDetector.divergence(0.1, 0.1) == 0)
}

@Test(arguments: [
    // Fewer than 20; as many as four times its own; the same peer again and again; nobody's host.
    Tries(vain: 19, slices: 1, from: 4), Tries(peers: 200, vain: 20, slices: 1, from: 4),
    Tries(peers: 1, vain: 1, slices: 1, from: 4, retries: 400), Tries(vain: 27, slices: 1, from: 4, isHome: false),
    Tries(vain: 27, slices: 1, from: 4, isMulticast: true),
])
private func `what is ordinary in vain is not found`(tries: Tries) {
    #expect(findings(past + tries.flows).isEmpty)
}

@Test func `a host without a past is not judged, and one that always fails is known for it`() {
    #expect(findings(Tries(vain: 27, slices: 3).flows).isEmpty)
    #expect(findings(Tries(vain: 27, slices: 12).flows).isEmpty)
}

@Test func `what was found teaches little`() {
    // Four slices in a row: the own share moves by a two-hundredth each.
    #expect(findings(past + Tries(vain: 27, slices: 4, from: 4).flows).count == 4)
}

@Test func `hosts of a group that fail alike are ordinary`() {
    var flows: [Flow] = []
    for slice in 0..<5 {
        for host in 1...30 { flows += Tries(vain: slice == 4 ? 27 : 20, slices: 1, from: slice, host: host).flows }
    }
    flows.sort { $0.start < $1.start }
    #expect(findings(flows).isEmpty)
}

@Test func `peers that do not answer over IPv6 are the same`() {
    let flows = Tries(isV6: true).flows + Tries(vain: 27, slices: 1, from: 4, isV6: true).flows
    #expect(findings(flows).map(\.evidence) == [1])
}

@Test(arguments: [1, 7])
func `the size of batches changes no finding of silence`(size: Int) {
    let flows = past + Tries(vain: 27, slices: 2, from: 4).flows
    #expect(findings(flows, batch: size) == findings(flows))
}
