import FlowFeatures
import FlowModel
import Testing

private func flow(pair: UInt32, port: UInt16, state: ConnectionState, sent: UInt64 = 10, from: UInt16 = 50_000) -> Flow
{
    var flow = Flow(
        source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: 0), transport: .tcp,
        state: state, sourcePort: from, destinationPort: port, bytesSent: sent, bytesReceived: 1)
    flow.sourceHost = HostID(rawValue: 1)
    flow.destinationHost = HostID(rawValue: 2)
    flow.pair = PairID(rawValue: pair)
    return flow
}

extension PairWindow {
    fileprivate mutating func add(_ flow: Flow) {
        let flows = [flow]
        add(flows.span)
    }
}

private let tenSeconds = Window(start: Timestamp(seconds: 0), end: Timestamp(seconds: 10))

@Test func `a pair's connections, distinct ports and bytes are counted`() {
    var window = PairWindow(window: tenSeconds)
    window.add(flow(pair: 1, port: 80, state: .closed))
    window.add(flow(pair: 1, port: 80, state: .attempted))
    window.add(flow(pair: 1, port: 22, state: .rejected))
    window.add(flow(pair: 2, port: 22, state: .closed))
    #expect(window.pairs.count == 2)
    #expect(window.pairs[0].connections == 3)
    #expect(window.pairs[0].destinationPorts == 2)
    #expect(window.pairs[0].bytesSent == 30)
    #expect(window.pairs[0].unanswered == 2)
    #expect(window.pairs[0].protocols == 1)
    #expect(window.pairs[1].destinationPorts == 1)
}

@Test func `a service's answers are told from attempts, but a bare SYN is always one`() {
    var window = PairWindow(window: tenSeconds)
    window.add(flow(pair: 1, port: 50_001, state: .established, from: 443))
    window.add(flow(pair: 1, port: 50_002, state: .attempted, from: 53))
    #expect(window.pairs[0].replyPorts == 1)
}

@Test func `many pairs and ports are all found again`() {
    var window = PairWindow(window: tenSeconds)
    for round in 0..<2 {
        for pair in 1...3000 as ClosedRange<UInt32> {
            for port in 1...3 as ClosedRange<UInt16> {
                window.add(flow(pair: pair, port: port &* 1000, state: round == 0 ? .attempted : .closed))
            }
        }
    }
    #expect(window.pairs.count == 3000)
    #expect(window.pairs.allSatisfy { $0.connections == 6 && $0.destinationPorts == 3 })
    window.reset(to: tenSeconds)
    #expect(window.pairs.isEmpty)
}

@Test func `unlisted pairs are counted, not mixed up`() {
    var window = PairWindow(window: tenSeconds)
    window.add(flow(pair: 0, port: 80, state: .closed))
    #expect(window.pairs.isEmpty)
    #expect(window.overflowCount == 1)
}

@Test func `bytes do not overflow`() {
    var window = PairWindow(window: tenSeconds)
    window.add(flow(pair: 1, port: 80, state: .closed, sent: .max))
    window.add(flow(pair: 1, port: 80, state: .closed, sent: .max))
    #expect(window.pairs[0].bytesSent == .max)
}

@Test func `beyond the limits flows are counted and the rest stays right`() {
    var window = PairWindow(window: tenSeconds, pairLimit: 100, portLimit: 150)
    for pair in 1...200 as ClosedRange<UInt32> {
        for port in 1...2 as ClosedRange<UInt16> { window.add(flow(pair: pair, port: port, state: .closed)) }
    }
    #expect(window.pairs.count == 100)
    #expect(window.pairs.allSatisfy { $0.connections == 2 })
    #expect(window.pairs.map { Int($0.destinationPorts) }.reduce(0, +) == 150)
    // 100 pairs of two flows without room, 50 ports without room.
    #expect(window.overflowCount == 250)
    window.add(flow(pair: 1, port: 1, state: .closed))
    #expect(window.pairs[0].connections == 3)
}
