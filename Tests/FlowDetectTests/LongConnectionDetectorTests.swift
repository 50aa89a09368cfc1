import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// A connection of a host in records of `slice` seconds.
private struct Long {
    var hours = 10
    var slice = 3600
    var host: UInt32 = 5
    var port: UInt16 = 443
    var peer: UInt32 = 0x2d00_0001
    var sourcePort: UInt16 = 50_000
    var isV6 = false

    var flows: [Flow] {
        (0..<hours * 3600 / slice).map { number in
            var flow = Flow(
                source: isV6 ? IPAddress(high: 0xfd00 << 48, low: UInt64(host)) : IPAddress(v4: 0x0a00_0000 + host),
                destination: isV6 ? IPAddress(high: 0x2a00 << 48, low: UInt64(peer)) : IPAddress(v4: peer),
                start: Timestamp(seconds: 1_600_000_000 + Int64(number * slice)),
                duration: Int64(slice) * 1_000_000_000,
                transport: .tcp, state: .established, sourcePort: sourcePort, destinationPort: port, bytesSent: 1000,
                bytesReceived: 1000)
            flow.traits = peer >> 24 == 10 ? [.sourceIsHome, .destinationIsHome] : .sourceIsHome
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: LongConnectionDetector(LongConnectionSettings()), in: flows, batch: batch)
}

@Test(arguments: [60, 120, 1800, 3600, 36_000]) func `slices of any length are one long connection`(slice: Int) throws {
    let found = findings(Long(slice: slice).flows)
    #expect(found.count == 1)
    guard let long = try #require(found.first).reason as? LongConnectionReason else { return }
    #expect(long.seconds >= 9 * 3600 && long.others == 0 && found[0].evidence == 2)
    #expect(findings(Long(slice: slice, isV6: true).flows).map(\.score) == found.map(\.score))
}

@Test func `it is told with every doubling`() {
    // At 9, 18 and 36 h of 40.
    #expect(findings(Long(hours: 40).flows).map(\.score) == [9, 18, 36].map { $0 * 3600 })
}

@Test(arguments: [
    Long(hours: 8), Long(peer: 0x0a00_0009), Long(peer: 0xe000_00fb), Long(slice: 20), Long(sourcePort: 0),
])
private func `short, inside, multicast and separate connections are ordinary`(long: Long) {
    #expect(findings(long.flows).isEmpty)
}

@Test func `what many of a group do is ordinary`() {
    let all = (1...8).flatMap { Long(host: $0).flows }.sorted { $0.start < $1.start }
    // 2 - ln of 1, 2, … 8: nothing from the eighth on.
    let found = findings(all).map(\.evidence)
    #expect(found.count == 8 && found[0] == 2 && abs(found[6] - 0.054) < 0.001 && found[7] == 0)
}

@Test(arguments: [1, 7]) func `the size of batches makes no connection longer`(size: Int) {
    let flows = Long(hours: 40, slice: 1800).flows
    #expect(findings(flows, batch: size) == findings(flows))
}

@Test func `what others did fades with the months`() throws {
    func last(after days: Int64) throws -> Double {
        let others = (1...8).flatMap { Long(host: $0).flows }.sorted { $0.start < $1.start }
        let own = Long(host: 20).flows.map { flow in
            var flow = flow
            flow.start = flow.start.advanced(by: days * 86_400_000_000_000)
            return flow
        }
        let found = findingsByWindow(of: LongConnectionDetector(LongConnectionSettings()), in: others + own)
        return try #require(found.last).evidence
    }
    #expect(try last(after: 1) == 0)
    // Five months: the eight count as a quarter of one, 2 - ln 1.25.
    #expect(abs(try last(after: 5 * 31) - 1.777) < 0.001)
}
