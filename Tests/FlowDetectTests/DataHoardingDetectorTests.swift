import FlowDetect
import FlowFeatures
import FlowModel
import FlowTestKit
import Testing

/// What one host pulls from others, in windows of ten seconds: `bytes` in all from each of `peers`, from minute `from`.
private struct Pull {
    var peers = 1
    var bytes: UInt64 = 1_000_000
    var from = 0
    var firstPeer: UInt32 = 100
    var sent: UInt64 = 1000
    var traits: FlowTraits = [.sourceIsHome, .destinationIsHome]
    var isV6 = false

    var flows: [Flow] {
        (0..<peers).map { number in
            let peer = firstPeer + UInt32(number)
            var flow = Flow(
                source: isV6 ? IPAddress(high: 0xfd00 << 48, low: 5) : IPAddress(v4: 0x0a00_0005),
                destination: isV6
                    ? IPAddress(high: 0xfd00 << 48, low: UInt64(peer)) : IPAddress(v4: 0x0a00_0000 + peer),
                start: Timestamp(seconds: 1_599_999_300 + Int64(from * 60 + number * 10)), duration: 1_000_000_000,
                transport: .tcp, state: .closed, sourcePort: 50_000, destinationPort: 445, bytesSent: sent,
                bytesReceived: bytes)
            flow.traits = traits
            return flow
        }
    }
}

/// What the detector says of pulls, in order of time, a window each flow.
private func findings(_ flows: [Flow], forgetting: Bool = false) -> [Finding] {
    var detector = DataHoardingDetector(DataHoardingSettings())
    var tables = FlowTables(hosts: 1000, pairs: 1000)
    var sink = FindingSink(takesAll: true)
    for var flow in flows {
        tables.intern(&flow)
        var window = PairWindow(window: Window(start: flow.start, end: flow.start.advanced(by: 10_000_000_000)))
        let flows = [flow]
        window.add(flows.span)
        detector.endWindow(window, tables: tables, findings: &sink)
        guard forgetting else { continue }
        var gone = HostSet()
        gone.insert(flow.sourceHost)
        detector.forget(gone, tables: tables)
    }
    return sink.findings
}

/// Three quarters of an hour of small pulls from the two servers that the host always asks.
private func quiet(v6: Bool = false) -> [Flow] {
    [0, 15, 30].flatMap { Pull(peers: 2, from: $0, isV6: v6).flows }
}

@Test(arguments: [false, true]) func `much from many new peers is gathering`(v6: Bool) throws {
    let found = findings(quiet(v6: v6) + Pull(peers: 16, bytes: 50_000_000, from: 45, firstPeer: 200, isV6: v6).flows)
    let last = try #require(found.last)
    guard let gathered = last.reason as? DataHoardingReason else { return }
    // The host's own is 2 MB a slice: the floor of 50 MB is the limit. Told at 50 MB and √2 times as much, and so on,
    // of 800 MB. Its own two peers make four usual ones.
    #expect(gathered.limit == 50_000_000 && gathered.usual == 2_000_000 && gathered.newShare == 1)
    #expect(found.map(\.score).map { $0 / 50e6 } == [1, 2, 3, 5, 8, 12])
    #expect(abs(gathered.peers - 12) <= 2)
    // Bytes: 1 + log2 12 = 4.6, at most 4; peers: 1.5 × log2(12 / 4) = 2.4; new: 2.
    #expect(last.evidence > 7.9 && last.evidence < 9)
    #expect(found[0].evidence == 1)
}

@Test(arguments: [
    // Little; pushed, not pulled; from outside; a server's answers to a stranger.
    Pull(peers: 20), Pull(peers: 20, bytes: 50_000_000, sent: 60_000_000),
    Pull(peers: 20, bytes: 50_000_000, traits: .sourceIsHome),
    Pull(peers: 20, bytes: 50_000_000, traits: .destinationIsHome),
])
private func `little, pushed and outside bytes are ordinary`(pull: Pull) {
    #expect(findings(pull.flows).isEmpty)
}

@Test func `one large file is a hint, and a host that is new stays below an incident`() {
    let large = findings(quiet() + Pull(bytes: 5_000_000_000, from: 45).flows)
    #expect(large.map(\.evidence) == [4])
    #expect(findings(Pull(peers: 30, bytes: 100_000_000).flows).allSatisfy { $0.evidence <= 6 })
}

@Test func `what a host does all day is ordinary for it`() {
    let day = (0..<8).flatMap { Pull(peers: 4, bytes: 40_000_000, from: $0 * 15).flows }
    let later = Pull(peers: 4, bytes: 50_000_000, from: 120).flows
    #expect(findings(day + later).filter { $0.span.start >= Timestamp(seconds: 1_599_999_300 + 7200) }.isEmpty)
}

@Test func `what is forgotten gathers anew`() {
    #expect(findings(Pull(peers: 20, bytes: 40_000_000).flows, forgetting: true).isEmpty)
    #expect(!findings(Pull(peers: 20, bytes: 40_000_000).flows).isEmpty)
}

@Test func `a peer not met for months is new again`() throws {
    func share(after days: Int) throws -> Double {
        let then = Pull(peers: 16, from: 45, firstPeer: 200).flows
        let again = Pull(peers: 16, bytes: 50_000_000, from: 45 + days * 1440, firstPeer: 200).flows
        guard let gathered = try #require(findings(quiet() + then + again).last).reason as? DataHoardingReason else {
            return -1
        }
        return gathered.newShare
    }
    #expect(try share(after: 20) == 0)
    #expect(try share(after: 100) == 1)
}
