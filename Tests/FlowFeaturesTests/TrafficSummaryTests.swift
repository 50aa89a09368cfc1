import FlowFeatures
import FlowMath
import FlowModel
import Testing

private func flow(
    _ source: String, _ destination: String, port: UInt16 = 443, _ transport: Transport = .tcp, sent: UInt64 = 100,
    received: UInt64 = 50, at seconds: Int64 = 1000
) -> Flow {
    Flow(
        source: IPAddress(source) ?? .unspecified, destination: IPAddress(destination) ?? .unspecified,
        start: Timestamp(seconds: seconds), duration: 2_000_000, transport: transport, state: .closed, sourcePort: 9,
        destinationPort: port, bytesSent: sent, bytesReceived: received, packetsSent: 1, packetsReceived: 1)
}

private func summary(_ flows: [Flow], hosts: Int = 1000) -> TrafficSummary {
    var summary = TrafficSummary(hostLimit: hosts)
    var flows = flows
    summary.add(&flows)
    summary.countPeers()
    return summary
}

@Test func `hosts have what they opened, sent and received, whichever side they are`() {
    let result = summary([
        flow("10.0.0.1", "10.0.0.2"), flow("10.0.0.1", "10.0.0.3", sent: 1000), flow("10.0.0.2", "10.0.0.1", sent: 7),
    ])
    let hosts = result.topHosts(10, by: .bytes)
    #expect(hosts.map { $0.address.description } == ["10.0.0.1", "10.0.0.3", "10.0.0.2"])
    let first = hosts[0].host
    #expect(first.opened == 2 && first.accepted == 1 && first.flows == 3)
    // 100 + 1000 sent as the source, 50 as the destination; 50 + 50 + 7 the other way.
    #expect(first.sent == 1150 && first.received == 107)
    #expect(first.peers == 3)
    #expect(result.total.flows == 3 && result.total.sent == 1107 && result.total.received == 150)
    #expect(result.counts.hosts == 3 && result.counts.pairs == 3)
}

@Test func `rankings go by flows or bytes, equal ones in the order they came, and are cut`() {
    let result = summary([
        flow("10.0.0.1", "10.0.0.9", port: 53, .udp, sent: 1, received: 0),
        flow("10.0.0.1", "10.0.0.9", port: 53, .udp),
        flow("10.0.0.2", "10.0.0.9", port: 80, sent: 5000), flow("10.0.0.3", "10.0.0.9", port: 22),
        flow("10.0.0.4", "10.0.0.9", port: 0, .icmp),
    ])
    #expect(
        result.topPorts(10, by: .flows).map { "\($0.port.number)/\($0.port.transport)" } == [
            "53/udp", "22/tcp", "80/tcp",
        ])
    #expect(result.topPorts(1, by: .bytes).map(\.port.number) == [80])
    #expect(result.topPairs(2, by: .flows).map { $0.tally.flows } == [2, 1])
    #expect(result.topPairs(2, by: .flows).map { $0.source.description } == ["10.0.0.1", "10.0.0.2"])
    #expect(result.topTransports(9, by: .flows).map(\.transport) == [.tcp, .udp, .icmp])
    #expect(result.topStates(9, by: .flows).map(\.state) == [.closed])
}

@Test func `groups count flows of either end, applications and labels their own`() {
    var names = FlowNames()
    var first = flow("10.0.0.1", "10.0.0.2")
    first.sourceGroups = names.groups.intern(["Desks", "Atlanta"])
    first.destinationGroups = names.groups.intern(["Servers"])
    first.application = names.applications.intern("https")
    var second = flow("10.0.0.2", "10.0.0.3")
    second.sourceGroups = first.destinationGroups
    second.label = names.labels.intern("bad")
    let result = summary([first, second])
    let groups = result.topGroups(9, by: .flows, names: names.groups)
    #expect(groups.map { names.groups.names.name($0.name) } == ["Servers", "Desks", "Atlanta"])
    #expect(groups.map(\.tally.flows) == [2, 1, 1])
    #expect(result.topApplications(9, by: .bytes).map { names.applications.name($0.name) } == ["https"])
    #expect(result.topLabels(9, by: .bytes).map(\.tally.flows) == [1])
}

@Test func `sums stop at the largest number, a full host table counts what it turned away`() {
    let result = summary(
        [flow("10.0.0.1", "10.0.0.2", sent: .max, received: .max), flow("10.0.0.1", "10.0.0.3", sent: .max)], hosts: 2)
    #expect(result.total.sent == .max && result.total.bytes == .max)
    #expect(result.counts.hosts == 2 && result.counts.unlistedHosts == 1)
    #expect(result.topHosts(9, by: .bytes).count == 2)
    #expect(result.topPairs(9, by: .bytes).count == 1)
}

@Test func `sizes are in histograms, the largest exact, small whole numbers too`() {
    let result = summary((1...15).map { flow("10.0.0.1", "10.0.0.2", sent: UInt64($0), received: 0) })
    #expect((1...15).map { result.bytes.quantileOfWholeNumbers(Double($0 - 1) / 14) } == (1...15).map { Double($0) })
    #expect(result.largest.bytes == 15 && result.largest.duration == 2000 && result.largest.packets == 2)
    #expect(result.bytes.bins.reduce(0) { $0 + $1.count } == 15)
    let none = summary([flow("10.0.0.1", "10.0.0.2", sent: 0, received: 0)])
    #expect(none.empty.bytes == 1 && none.bytes.total == 0 && none.bytes.bins.isEmpty)
}

@Test func `the time line has a bin for every second, then wider ones`() {
    var timeline = TimelineCounter()
    for second in [1000, 1000, 1001, 1009] as [Int64] { timeline.add(Timestamp(seconds: second), bytes: 5) }
    let fine = timeline.series(atMost: 60)
    #expect(fine.width == 1_000_000_000 && fine.bins.map(\.flows) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(fine.bins[0].bytes == 10 && fine.bins[0].start == Timestamp(seconds: 1000))
    let coarse = timeline.series(atMost: 5)
    #expect(coarse.width == 2_000_000_000 && coarse.bins.map(\.flows) == [3, 0, 0, 0, 1])
}

@Test func `a long time widens the bins, and no flow is lost`() {
    var timeline = TimelineCounter()
    for second in 0..<200_000 as Range<Int64> { timeline.add(Timestamp(seconds: second * 7 - 700_000), bytes: 1) }
    let series = timeline.series(atMost: 100)
    #expect(series.bins.count <= 100 && series.bins.count > 10 && series.outside == 0)
    #expect(series.bins.reduce(0) { $0 + $1.flows } == 200_000)
    for (bin, next) in zip(series.bins, series.bins.dropFirst()) {
        #expect(bin.start.advanced(by: series.width) == next.start)
    }
}

@Test func `rows of 1677, 1970 and 2262 neither trap nor squeeze the others`() {
    var timeline = TimelineCounter()
    for second in 0..<3000 as Range<Int64> { timeline.add(Timestamp(seconds: 1_600_000_000 + second), bytes: 1) }
    for nanoseconds in [Int64.min, 0, .max, .min + 1, -1] {
        timeline.add(Timestamp(nanoseconds: nanoseconds), bytes: 1)
    }
    let series = timeline.series(atMost: 60)
    #expect(series.outside == 5)
    #expect(series.width == 60_000_000_000 && series.bins.reduce(0) { $0 + $1.flows } == 3000)
    #expect(TimelineCounter().series(atMost: 60).bins.isEmpty)
}
