import FlowDetect
import FlowFeatures
import FlowModel
import FlowTestKit
import Testing

/// Flows into the detector one at a time, as the pipeline hands them on, and what it says.
private struct Watch {
    var detector: PortScanDetector
    var tables = FlowTables(hosts: 100_000, pairs: 100_000)
    var sink = FindingSink(takesAll: true)
    var second: Int64 = 0

    init(_ settings: PortScanSettings = PortScanSettings()) { detector = PortScanDetector(settings) }

    static let inside = FlowTraits([.sourceIsHome, .destinationIsHome])

    /// Parameter peer: the last 16 bits of the peer's address. Parameter outside: whether that is a public one.
    mutating func attempt(
        _ peer: Int, _ port: UInt16, _ state: ConnectionState = .attempted, transport: Transport = .tcp,
        traits: FlowTraits = Watch.inside, source: String = "10.0.0.7", v6: Bool = false, after seconds: Int64 = 1
    ) {
        second += seconds
        let isHome = traits.contains(.destinationIsHome)
        let destination =
            v6
            ? IPAddress(high: 0xfd00_0000_0000_0000, low: UInt64(peer))
            : IPAddress(v4: (isHome ? 0x0a01_0000 : 0x2d01_0000) + UInt32(peer))
        var flow = Flow(
            source: IPAddress(source) ?? .unspecified, destination: destination,
            start: Timestamp(seconds: 1_600_000_000 + second), transport: transport, state: state,
            sourcePort: UInt16(40_000 + second % 20_000), destinationPort: port, bytesSent: 60,
            bytesReceived: state.isFailure ? 0 : 500, packetsSent: state.isFailure ? 1 : 8)
        flow.traits = traits
        pass(flow)
    }

    mutating func pass(_ flow: Flow) {
        var flow = flow
        tables.intern(&flow)
        detector.observe([flow].span, tables: tables, findings: &sink)
    }

    mutating func endWindow() {
        let end = Timestamp(seconds: 1_600_000_000 + second)
        detector.endWindow(
            PairWindow(window: Window(start: end, end: end)), tables: tables, findings: &sink)
    }

    var scan: PortScanReason? { sink.findings.last?.reason as? PortScanReason }
}

@Test(arguments: [false, true])
func `one port of many hosts is decided at the seventh, within observe`(v6: Bool) throws {
    var watch = Watch()
    for peer in 1...6 { watch.attempt(peer, 445, v6: v6) }
    #expect(watch.sink.findings.isEmpty)
    watch.attempt(7, 445, v6: v6)
    let scan = try #require(watch.scan)
    #expect(scan.kind == .horizontal && scan.unanswered == 7 && scan.peerCount == 7 && scan.ports == [445])
    // 7 × ln(0.8 / 0.25).
    #expect(abs(watch.sink.findings[0].evidence - 8.142) < 0.001)
}

@Test func `many ports of a host are named, and those that answered`() throws {
    var watch = Watch()
    for port in 1...40 as ClosedRange<UInt16> { watch.attempt(1, port, port == 22 ? .reset : .rejected) }
    watch.endWindow()
    let finding = try #require(watch.sink.findings.last)
    let scan = try #require(watch.scan)
    #expect(scan.kind == .vertical && scan.unanswered == 39 && scan.portCount == 39)
    #expect(finding.peer == IPAddress("10.1.0.1"))
    #expect(scan.ports.prefix(3) == [1, 2, 3])
}

@Test func `any port of any neighbour is a scan too`() throws {
    var watch = Watch()
    for number in 1...30 { watch.attempt(number * 7 % 31, UInt16(1000 + number * 977 % 8000)) }
    watch.endWindow()
    #expect(try #require(watch.scan).kind == .random)
}

@Test func `a host every twenty minutes is found, with windows between`() {
    var watch = Watch()
    for peer in 1...12 {
        watch.attempt(peer, 3389, after: 1200)
        watch.endWindow()
    }
    #expect(watch.sink.findings.count == 6)
}

@Test func `a host that asks what answers, and now and then what does not, is ordinary`() {
    var watch = Watch()
    for peer in 1...400 { watch.attempt(peer, 443, peer % 5 == 0 ? .attempted : .closed) }
    #expect(watch.sink.findings.isEmpty)
}

@Test func `a client of time asks many servers of a pool in vain and scans nothing`() {
    var watch = Watch()
    for peer in 0..<40 { watch.attempt(peer, 123, transport: .udp, traits: .sourceIsHome) }
    #expect(watch.sink.findings.isEmpty)
    // Who asks hundreds of them is no client.
    for peer in 40..<600 { watch.attempt(peer, 123, transport: .udp, traits: .sourceIsHome) }
    #expect(!watch.sink.findings.isEmpty)
}

@Test func `asking the same silent hosts again and again is no scan`() {
    var watch = Watch()
    for _ in 0..<500 { for peer in 1...6 { watch.attempt(peer, 161, transport: .udp) } }
    #expect(watch.sink.findings.isEmpty)
}

@Test func `services that were there and are gone are an outage`() {
    var watch = Watch()
    for peer in 1...50 { watch.attempt(peer, 443, .closed) }
    for peer in 1...50 { watch.attempt(peer, 443) }
    #expect(watch.sink.findings.isEmpty)
}

@Test func `strangers at any port, four in ten of them gone, are P2P`() {
    var watch = Watch()
    for number in 1...3000 {
        watch.attempt(
            number, UInt16(2000 + number * 7919 % 60_000), number % 5 < 2 ? .attempted : .closed,
            transport: number % 3 == 0 ? .tcp : .udp, traits: .sourceIsHome)
    }
    #expect(watch.sink.findings.isEmpty)
}

@Test func `a worm on a P2P host is found among it`() throws {
    var watch = Watch()
    for number in 1...3000 {
        watch.attempt(
            number, UInt16(2000 + number * 7919 % 60_000), number % 5 < 2 ? .attempted : .closed,
            traits: .sourceIsHome)
        if number > 2000 { watch.attempt(number + 10_000, 23, traits: .sourceIsHome) }
    }
    #expect(!watch.sink.findings.isEmpty)
}

@Test func `a stranger needs four vain tries, unless it was asked first`() throws {
    var watch = Watch()
    for port in 1...4 as ClosedRange<UInt16> {
        watch.attempt(1, port, traits: .destinationIsHome, source: "198.18.0.9")
    }
    #expect(try #require(watch.scan).isInbound)
    #expect(watch.sink.findings.count == 1)
    var asked = Watch()
    asked.pass(
        {
            var flow = Flow(
                source: IPAddress("10.1.0.1") ?? .unspecified, destination: IPAddress("198.18.0.9") ?? .unspecified,
                start: Timestamp(seconds: 1_600_000_000), transport: .tcp, state: .closed, sourcePort: 50_000,
                destinationPort: 443, bytesSent: 900, bytesReceived: 900, packetsSent: 9)
            flow.traits = .sourceIsHome
            return flow
        }())
    for port in 1...40 as ClosedRange<UInt16> {
        asked.attempt(1, port, traits: .destinationIsHome, source: "198.18.0.9")
    }
    #expect(asked.sink.findings.isEmpty)
}

@Test func `datagrams without an answer weigh less than refused connections`() {
    var watch = Watch()
    for peer in 1...18 { watch.attempt(peer, 1900, transport: .udp) }
    #expect(watch.sink.findings.isEmpty)
    watch.attempt(19, 1900, transport: .udp)
    #expect(watch.sink.findings.count == 1)
}

@Test func `where the exporter does not see the answers silence says little`() {
    var watch = Watch()
    for peer in 1...3 {
        var flow = Flow(
            source: IPAddress("10.0.0.7") ?? .unspecified, destination: IPAddress("45.0.0.\(peer)") ?? .unspecified,
            start: Timestamp(seconds: 1_600_000_000), transport: .tcp, state: .established, sourcePort: 50_000,
            destinationPort: 443, bytesSent: 9000, packetsSent: 20)
        flow.flagsSent = TCPFlag.acknowledge | TCPFlag.push
        watch.pass(flow)
    }
    for peer in 1...40 { watch.attempt(peer, 993, traits: .sourceIsHome) }
    #expect(watch.sink.findings.isEmpty)
    for peer in 41...100 { watch.attempt(peer, 993, traits: .sourceIsHome) }
    #expect(!watch.sink.findings.isEmpty)
}

@Test func `a suspect makes room for another, counted, and a scanner stays`() {
    var settings = PortScanSettings()
    settings.suspectLimit = 8
    var watch = Watch(settings)
    for peer in 1...7 { watch.attempt(peer, 445) }
    for host in 1...200 {
        for port in [80, 81] as [UInt16] { watch.attempt(host, port, source: "10.0.1.\(host)") }
    }
    #expect(watch.detector.overflowCount == 193)
    watch.attempt(8, 445)
    watch.endWindow()
    #expect(watch.sink.findings.count == 2)
    #expect(watch.scan?.unanswered == 8)
}

@Test func `hosts let go take what was known of them along`() {
    var watch = Watch()
    for peer in 1...6 { watch.attempt(peer, 445) }
    var gone = HostSet()
    if let host = watch.tables.hosts.find(HostKey(IPAddress("10.0.0.7") ?? .unspecified)) { gone.insert(host) }
    watch.detector.forget(gone, tables: watch.tables)
    watch.tables.pairs.forget(gone)
    watch.attempt(7, 445)
    watch.attempt(8, 445)
    #expect(watch.sink.findings.isEmpty)
}
