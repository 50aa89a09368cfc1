import FlowModel
import FlowTestKit
import Testing

@Test func `a scenario reads as it is drawn`() throws {
    let flows = try Scenario(
        """
        # a call a minute, and one longer session in between
        1m x3 +1m  10.0.0.{n%2}:50{n}00 -> 203.0.113.{n+7}:443 tcp closed 500/2000
        90s        [fd00::5]:40001 -> 2a00::1 icmp6 64/64 250ms
        """, from: Timestamp(seconds: 0)
    ).flows
    #expect(
        flows.map { "\($0.start.nanoseconds / 1_000_000) \($0.source) \($0.sourcePort) \($0.destination)" } == [
            "60000 10.0.0.0 50000 203.0.113.7", "90000 fd00::5 40001 2a00::1", "120000 10.0.0.1 50100 203.0.113.8",
            "180000 10.0.0.0 50200 203.0.113.9",
        ])
    #expect(flows[0].state == .closed && flows[0].bytesSent == 500 && flows[0].bytesReceived == 2000)
    #expect(flows[0].traits == .sourceIsHome && flows[1].duration == 250_000_000 && flows[1].transport == .icmpV6)
}

@Test(arguments: [
    "0s 10.0.0.5 10.0.0.6:80 tcp", "0 10.0.0.5 -> 10.0.0.6:80 tcp 1/1", "0s twice 10.0.0.5 -> 10.0.0.6:80 tcp 1/1",
    "0s 10.0.0.5 -> 10.0.0.{m}:80 tcp 1/1", "0s 10.0.0.5 -> 10.0.0.6:80 carrier-pigeon 1/1", "0s x -> y:80 tcp 1/1",
])
func `a line that is none says so`(line: String) {
    #expect(throws: Scenario.Mistake.self) { try Scenario(line) }
}
