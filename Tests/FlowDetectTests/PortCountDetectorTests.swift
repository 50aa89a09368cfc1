import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// What a host does in a window.
private struct Doing {
    var ports = 1
    var peers = 1
    var bytes: UInt64 = 1000
    var window = 0
    var host = 1
    var isHome = true
    var isV6 = false
    var sourcePort: UInt16 = 50_000
    var transports: [Transport] = [.tcp]

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    var flows: [Flow] {
        (0..<max(ports, peers)).map { number in
            var flow = Flow(
                source: address(host), destination: address(1000 + number % peers),
                start: Timestamp(seconds: 1_600_000_000 + Int64(window) * 10),
                transport: transports[number % transports.count], state: .closed, sourcePort: sourcePort,
                destinationPort: UInt16(20_000 + number % ports), bytesSent: bytes)
            if isHome { flow.traits = .sourceIsHome }
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findingsByWindow(of: PortCountDetector(PortCountSettings()), in: flows, batch: batch)
}

/// 30 hosts for 50 windows, each with one port, one peer and 1,000 bytes.
private let past = (0..<50).flatMap { window in (1...30).flatMap { Doing(window: window, host: $0).flows } }

@Test func `a host with far more ports than its group is told of`() throws {
    let found = findings(past + Doing(ports: 300, window: 50).flows)
    try #require(found.count == 1)
    let count = try #require(found[0].reason as? PortCountReason)
    #expect(count.measure == .ports && count.value == 300)
    #expect(count.values == [300, 1, 300_000] && count.protocols == 1)
    // The median is the middle of the bin of 1 + 1, which is a 16th of it wide.
    #expect(abs(count.median - 1.125) < 0.01)
    // (log2 301 - log2 2.125) / 1 = 7.15 octaves: 0.1, and a tenth of what is above 6.
    #expect(abs(found[0].score - 7.146) < 0.01)
    #expect(abs(found[0].evidence - 0.2146) < 0.001)
    #expect(found[0].flows == 300 && found[0].subject == IPAddress("10.0.0.1"))
}

@Test func `peers count like ports, bytes little`() throws {
    let peers = try #require(findings(past + Doing(peers: 400, bytes: 1, window: 50).flows).first)
    let count = try #require(peers.reason as? PortCountReason)
    #expect(count.measure == .peers && count.value == 400)
    let bytes = try #require(findings(past + Doing(bytes: 1_000_000, window: 50).flows).first)
    #expect(bytes.evidence <= 0.1)
}

@Test(arguments: [
    Doing(ports: 100, bytes: 1, window: 50), Doing(ports: 300, window: 50, isHome: false),
    // A server's answers to one client.
    Doing(ports: 300, bytes: 1, window: 50, sourcePort: 443),
    Doing(ports: 3, window: 50, transports: [.tcp, .udp, .icmp]),
])
private func `what is not far above, nobody's or an answer is ordinary`(doing: Doing) {
    #expect(findings(past + doing.flows).isEmpty)
}

@Test func `a group is not judged before a thousand windows, and what many do is ordinary`() {
    #expect(findings(Array(past.prefix(900)) + Doing(ports: 300, window: 50).flows).isEmpty)
    let busy = (0..<50).flatMap { window in
        (1...30).flatMap { Doing(ports: $0 == 1 ? 300 : 1, window: window, host: $0).flows }
    }
    #expect(findings(busy + Doing(ports: 300, window: 50).flows).isEmpty)
}

@Test func `counts over IPv6 are the same`() {
    #expect(findings(past + Doing(ports: 300, window: 50, isV6: true).flows).map(\.flows) == [300])
}

@Test(arguments: [1, 7])
func `the size of batches changes no finding of counts`(size: Int) {
    let flows = past + Doing(ports: 300, window: 50).flows
    #expect(findings(flows, batch: size) == findings(flows))
}
