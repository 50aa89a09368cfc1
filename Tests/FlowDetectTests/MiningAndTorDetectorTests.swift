import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// Connections of one host to strangers, one after the other.
private struct Calls {
    var port: UInt16 = 3333
    var count = 1
    var peers: UInt32 = 1
    var seconds = 1800
    var bytes: UInt64 = 40_000
    var packets: UInt64 = 300
    var state = ConnectionState.established
    var peer: UInt32 = 0x2d00_0001
    var isV6 = false

    var flows: [Flow] {
        (0..<count).map { number in
            let peer = peer + UInt32(number) % peers
            var flow = Flow(
                source: .home(5, isV6: isV6),
                destination: isV6 ? IPAddress(high: 0x2a00 << 48, low: UInt64(peer)) : IPAddress(v4: peer),
                start: Timestamp(seconds: 1_600_000_000 + Int64(number * seconds)),
                duration: Int64(seconds) * 1_000_000_000, transport: .tcp, state: state, sourcePort: 50_000,
                destinationPort: port, bytesSent: bytes / 2, bytesReceived: bytes / 2, packetsSent: packets / 2,
                packetsReceived: packets / 2)
            flow.traits = .sourceIsHome
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: MiningAndTorDetector(), in: flows, batch: batch)
}

@Test(arguments: [false, true]) func `a long, thin connection to a pool's port is a hint`(v6: Bool) throws {
    let found = findings(Calls(count: 4, isV6: v6).flows)
    // Half an hour: 2, and 1 for packets of 133 bytes; an hour: 1 more.
    #expect(found.map(\.evidence) == [3, 4])
    let port = try #require(found.last?.reason as? MiningAndTorReason)
    #expect(port.use == .mining && port.port == 3333 && port.seconds == 3600 && port.bytes == 80_000)
}

@Test(arguments: [
    // Short, fat, silent, inside, reconnecting all the time, another port.
    Calls(seconds: 300), Calls(bytes: 40_000_000), Calls(state: .attempted), Calls(peer: 0x0a00_0009),
    Calls(count: 100, seconds: 20), Calls(port: 3335), Calls(port: 9001, bytes: 1000),
])
private func `what is no worker of a pool is nothing`(calls: Calls) {
    #expect(findings(calls.flows).isEmpty)
}

@Test func `relays of Tor weigh more together`() {
    #expect(findings(Calls(port: 9001).flows).map(\.evidence) == [1.5])
    let found = findings(Calls(port: 9001, count: 4, peers: 4).flows)
    #expect(found.map(\.evidence) == [1.5, 2.25, 3, 3])
}

@Test func `a host that calls high ports all the time calls one of these by chance`() throws {
    let strangers = Calls(port: 51_413, count: 5000, peers: 500, seconds: 1).flows
    let found = findings(strangers + Calls(count: 4).flows)
    // 1 - exp(-5,001 × 20 / 64,512) = 0.788, of which -ln is 0.24: less than is ever told.
    #expect(found.isEmpty)
    let few = findings(Calls(port: 51_413, count: 199, peers: 20, seconds: 1).flows + Calls().flows)
    // 1 - exp(-200 × 20 / 64,512) = 0.0601: 2.81 nats.
    #expect(abs(try #require(few.first).evidence - 2.81) < 0.01)
}

@Test(arguments: [1, 7]) func `the size of batches changes no hint of mining`(size: Int) {
    let flows = Calls(count: 4).flows + Calls(port: 9001, count: 40, peers: 4).flows
    #expect(findings(flows, batch: size) == findings(flows))
}
