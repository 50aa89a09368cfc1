import FlowModel
import FlowTestKit
import Testing

@testable import FlowDetect

private func flow(
    _ source: String = "10.0.0.1", _ destination: String = "203.0.112.9", _ transport: Transport = .tcp,
    from: UInt16 = 50_000, to port: UInt16 = 443, bytes: UInt64 = 100, state: ConnectionState = .closed,
    traits: FlowTraits = .sourceIsHome
) throws -> Flow {
    var flow = Flow(
        source: try #require(IPAddress(source)), destination: try #require(IPAddress(destination)),
        start: Timestamp(seconds: 1_600_000_000), transport: transport, state: state, sourcePort: from,
        destinationPort: port, bytesSent: bytes)
    flow.traits = traits
    return flow
}

@Test func `each check finds what it is for`() throws {
    let home: FlowTraits = [.sourceIsHome, .destinationIsHome]
    #expect(BasicChecksDetector.check(try flow(to: 0)) == .portZero)
    #expect(BasicChecksDetector.check(try flow(from: 0)) == .portZero)
    #expect(BasicChecksDetector.check(try flow(to: 9001)) == .torPort)
    #expect(BasicChecksDetector.check(try flow("fd00::1", "2600::9", to: 9150)) == .torPort)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "255.255.255.255", .udp, to: 67)) == .malformedDHCP)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "10.0.0.2", from: 68, to: 67, traits: home)) == nil)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "8.8.8.8", .udp, from: 68, to: 67)) == .malformedDHCP)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "224.0.0.251")) == .malformedBroadcast)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "ff02::1")) == .malformedBroadcast)
    #expect(BasicChecksDetector.check(try flow("255.255.255.255", "10.0.0.1", .udp)) == .malformedBroadcast)
    #expect(BasicChecksDetector.check(try flow(bytes: 0)) == .zeroBytes)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "192.168.7.7")) == .strayPrivate)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "192.168.7.7", traits: home)) == nil)
}

@Test func `ordinary flows pass`() throws {
    let home: FlowTraits = [.sourceIsHome, .destinationIsHome]
    for (from, port) in [(68, 67), (67, 67), (67, 68)] as [(UInt16, UInt16)] {
        #expect(
            BasicChecksDetector.check(try flow("10.0.0.1", "10.0.0.2", .udp, from: from, to: port, traits: [])) == nil)
    }
    #expect(BasicChecksDetector.check(try flow()) == nil)
    #expect(BasicChecksDetector.check(try flow(from: 0, to: 0)) == nil)
    #expect(BasicChecksDetector.check(try flow(bytes: 0, state: .attempted)) == nil)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "224.0.0.251", .udp, to: 5353)) == nil)
    #expect(BasicChecksDetector.check(try flow("10.0.0.1", "10.0.0.2", to: 9001, traits: home)) == nil)
}

@Test func `the first of a kind of a home host weighs a little, the rest is counted`() throws {
    let flows = [
        try flow(to: 9001), try flow(to: 9030), try flow("10.0.0.1", "224.0.0.251"), try flow(to: 0),
        try flow(to: 9001, traits: []),
    ]
    let found = findings(of: BasicChecksDetector(), in: flows)
    #expect(found.map(\.evidence) == [0.2, 0, 0.2, 0, 0])
}
