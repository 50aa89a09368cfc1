import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// A minute of 128 flows: 8 sources, 4 destinations, one source port each, one destination port.
private func minute(_ number: Int, flows: Int = 128, isV6: Bool = false) -> [Flow] {
    (0..<flows).map { index in
        // 1,600,000,020 is the start of a minute.
        Flow(
            source: .home(1 + index % 8, isV6: isV6), destination: .home(100 + index % 4, isV6: isV6),
            start: Timestamp(seconds: 1_600_000_020 + Int64(number) * 60 + Int64(index * 59 / flows)), transport: .tcp,
            sourcePort: UInt16(40_000 + index % 8), destinationPort: 443)
    }
}

private func past(_ minutes: Int, isV6: Bool = false) -> [Flow] {
    (0..<minutes).flatMap { minute($0, isV6: isV6) }
}

/// 128 flows of one source to as many ports of one destination, within the minute.
private func scan(_ number: Int, isV6: Bool = false) -> [Flow] {
    minute(number, isV6: isV6).enumerated().map { index, flow in
        var flow = flow
        flow.source = .home(50, isV6: isV6)
        flow.destination = .home(200, isV6: isV6)
        flow.destinationPort = UInt16(1000 + index)
        return flow
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findingsByWindow(of: EntropyShiftDetector(EntropyShiftSettings()), in: flows, batch: batch)
}

@Test func `a minute with another spread is found, with bits worked out by hand and the host that made it`() throws {
    let found = findings(past(40) + minute(40) + scan(40))
    try #require(found.count == 1)
    let shift = try #require(found[0].reason as? EntropyShiftReason)
    // Half of 256 flows to one port, half to 128: 1/2 · 1 + 1/2 · 8 bits. Before all went to one: 0 bits.
    #expect(shift.feature == .destinationPorts)
    #expect(abs(shift.bits - 4.5) < 1e-9 && shift.usualBits == 0)
    #expect(shift.flows == 256 && !shift.isDestination && shift.usualHostFlows == 0 && shift.hostFlows == 128)
    #expect(found[0].subject == IPAddress("10.0.0.50"))
    // 4.5 bits of a least scale of 0.1.
    #expect(abs(found[0].score - 45) < 1e-6 && found[0].evidence == 0.6)
}

@Test func `half an hour is needed, and more of the same or too little says nothing`() {
    #expect(findings(past(29) + scan(29)).isEmpty)
    #expect(findings(past(30) + scan(30)).count == 1)
    #expect(findings(past(60)).isEmpty)
    #expect(findings(past(40) + minute(40) + minute(40)).isEmpty)
    #expect(findings(past(40) + scan(40).prefix(99)).isEmpty)
}

@Test func `a found minute teaches little`() {
    // Each of the five moves the mean by a five-hundredth of three scales at most.
    #expect(findings(past(40) + (40..<45).flatMap { minute($0) + scan($0) }).count == 5)
}

@Test func `a flood of strangers is told of its target`() {
    var flood = scan(40)
    for index in flood.indices { flood[index].source = .home(1000 + index) }
    let found = findings(past(40) + minute(40) + flood)
    #expect(found.map(\.subject) == [IPAddress("10.0.0.200")])
}

@Test func `entropy over IPv6 is the same`() {
    let found = findings(past(40, isV6: true) + scan(40, isV6: true))
    #expect(found.map(\.score) == findings(past(40) + scan(40)).map(\.score))
}

@Test(arguments: [1, 7, 333])
func `the size of batches changes no finding of entropy`(size: Int) {
    let flows = past(40) + minute(40) + scan(40)
    #expect(findings(flows, batch: size) == findings(flows))
}

@Test func `a record from the end of time is followed by an hour at most`() {
    var ahead = minute(0)
    ahead[64].start = Timestamp(nanoseconds: .max)
    #expect(findings(ahead + past(40) + minute(40) + scan(40)).count == 1)
}
