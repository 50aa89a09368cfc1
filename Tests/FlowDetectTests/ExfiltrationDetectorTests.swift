import FlowDetect
import FlowFeatures
import FlowModel
import FlowTestKit
import Testing

/// Flows of a small office: twenty hosts, each with its own sites that send more than they get, and one site to which
/// all upload. Host 5 sends what `theft` says to a stranger, from minute 40 on.
private func office(v6: Bool = false, theft: (flows: Int, bytes: UInt64)?, answer: UInt64 = 500) -> [Flow] {
    var flows: [Flow] = []
    func add(_ host: Int, _ peer: Int, at second: Int, sent: UInt64, received: UInt64) {
        var flow = Flow(
            source: .home(host, isV6: v6), destination: .outside(peer, isV6: v6),
            start: Timestamp(seconds: 1_600_000_000 + Int64(second)),
            duration: 1_000_000_000, transport: .tcp, state: .closed, sourcePort: 50_000, destinationPort: 443,
            bytesSent: sent, bytesReceived: received)
        flow.traits = .sourceIsHome
        flows.append(flow)
    }
    for second in stride(from: 0, to: 7200, by: 3) {
        let host = 1 + second / 3 % 20
        add(host, host * 100 + second % 50, at: second, sent: 2000, received: 40_000)
        if second % 300 == 0 { add(1 + second / 300 % 20, 9999, at: second, sent: 2_000_000, received: 20_000) }
        if let theft, second >= 2400, second < 2400 + 3 * theft.flows {
            add(5, 77_777, at: second, sent: theft.bytes / UInt64(theft.flows), received: answer)
        }
    }
    return flows
}

private func detect(
    _ flows: [Flow], batch size: Int = 1000, settings: ExfiltrationSettings = ExfiltrationSettings()
) -> [Finding] {
    findings(of: ExfiltrationDetector(settings), in: flows, batch: size)
}

@Test(arguments: [false, true]) func `many small uploads to a stranger are one story`(v6: Bool) throws {
    let found = detect(office(v6: v6, theft: (140, 60_000_000)))
    let strongest = try #require(found.max { $0.evidence < $1.evidence })
    #expect(Set(found.filter { $0.evidence > 4 }.map(\.subject)).count == 1)
    #expect(strongest.subject.description.hasSuffix(v6 ? "::5" : ".5"))
    #expect(strongest.evidence > 7)
    let theft = try #require(strongest.reason as? ExfiltrationReason)
    #expect(theft.flows > 100 && theft.otherHosts == 0 && theft.isNewPeer)
    #expect(theft.bytes > 40e6 && theft.bytes <= 60e6)
    // Told by half octaves from 5 MB on: at most eight times.
    #expect(found.count { $0.subject == strongest.subject } <= 8)
}

@Test func `uploads to a peer that all share, and downloads, weigh little`() {
    #expect(detect(office(theft: nil)).allSatisfy { $0.evidence < 4 })
    let downloads = detect(office(theft: (140, 60_000_000), answer: 1_000_000))
    #expect(downloads.allSatisfy { $0.evidence < 4 })
}

@Test func `the size of batches changes nothing, and nothing comes of nothing`() {
    let flows = office(theft: (140, 60_000_000))
    let whole = detect(flows, batch: 100_000)
    #expect(detect(flows, batch: 1) == whole && detect(flows, batch: 77) == whole)
    #expect(whole.allSatisfy { $0.evidence.isFinite && $0.score.isFinite && $0.baseline.isFinite })
    #expect(detect([]).isEmpty)
}

@Test func `what is forgotten begins anew, and extreme numbers do not trap`() {
    var detector = ExfiltrationDetector(ExfiltrationSettings())
    var tables = FlowTables(hosts: 10, pairs: 10)
    var sink = FindingSink(takesAll: false)
    func upload(_ bytes: UInt64, at nanoseconds: Int64) -> Flow {
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001), destination: IPAddress(v4: 0x2d00_0001),
            start: Timestamp(nanoseconds: nanoseconds), duration: .max, bytesSent: bytes, bytesReceived: 0)
        flow.traits = .sourceIsHome
        tables.intern(&flow)
        return flow
    }
    for nanoseconds in [Int64.max, .min, 0] {
        let flows = [upload(.max, at: nanoseconds)]
        detector.observe(flows.span, tables: tables, findings: &sink)
    }
    #expect(sink.findings.allSatisfy { $0.evidence.isFinite })
    sink.removeAll()
    var gone = HostSet()
    gone.insert(HostID(rawValue: 1))
    gone.insert(HostID(rawValue: 2))
    detector.forget(gone, tables: tables)
    let small = [upload(1000, at: 0)]
    detector.observe(small.span, tables: tables, findings: &sink)
    #expect(sink.findings.isEmpty)
}

@Test func `a late first upload to a peer that another host met since does not trap`() {
    let begin: Int64 = 1_600_000_000
    let flows = [(1, 0, 2), (1, 9000, 1), (2, 5000, 1)].map { host, second, peer in
        var flow = Flow(
            source: .home(host), destination: .outside(peer),
            start: Timestamp(seconds: begin + Int64(second)), duration: 0, bytesSent: 60_000_000, bytesReceived: 10)
        flow.traits = .sourceIsHome
        return flow
    }
    #expect(detect(flows).filter { $0.peer == .outside(1) }.count == 2)
}
