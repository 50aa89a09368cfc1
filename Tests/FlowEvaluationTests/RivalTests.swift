import FlowEnrich
import FlowModel
import Testing

@testable import FlowEvaluation

private func address(_ text: String) -> IPAddress { IPAddress(text) ?? .unspecified }

/// A SYN that nobody answered, at a second.
private func attempt(
    _ source: String, _ destination: String, _ port: Int, at second: Int, transport: Transport = .tcp
) -> Flow {
    var flow = Flow(
        source: address(source), destination: address(destination), start: Timestamp(seconds: Int64(second)),
        transport: transport, state: .attempted, sourcePort: 40_000, destinationPort: UInt16(port), bytesSent: 60,
        packetsSent: 1)
    if transport == .tcp { flow.flagsSent = TCPFlag.syn }
    return flow
}

/// A connection that was answered.
private func talk(_ source: String, _ destination: String, at second: Int, bytes: UInt64 = 1000) -> Flow {
    var flow = Flow(
        source: address(source), destination: address(destination), start: Timestamp(seconds: Int64(second)),
        transport: .tcp, state: .closed, sourcePort: 40_000, destinationPort: 443, bytesSent: bytes,
        bytesReceived: 5000, packetsSent: 10, packetsReceived: 12)
    flow.flagsSent = TCPFlag.syn | TCPFlag.acknowledge | TCPFlag.fin | TCPFlag.push
    return flow
}

/// What a rival says of flows; 10/8 is home.
private func alerts(_ name: RivalName, _ flows: [Flow]) -> [RivalAlert] {
    var rival = name.make()
    var alerts: [RivalAlert] = []
    for var flow in flows {
        if flow.source.description.hasPrefix("10.") { flow.traits.insert(.sourceIsHome) }
        if flow.destination.description.hasPrefix("10.") { flow.traits.insert(.destinationIsHome) }
        rival.observe(flow, alerts: &alerts)
    }
    rival.finish(alerts: &alerts)
    return alerts
}

private func hosts(_ alerts: [RivalAlert]) -> Set<String> {
    Set(alerts.filter { $0.score >= 1 }.map(\.host.description))
}

// MARK: simple-scan

@Test func `simple-scan reports a stranger at 25 services, or at 20 hosts of a port`() {
    let ports = (1...24).map { attempt("203.0.113.9", "10.0.0.1", $0, at: $0) }
    #expect(alerts(.simpleScan, ports).isEmpty)
    #expect(
        alerts(.simpleScan, ports + [attempt("203.0.113.9", "10.0.0.1", 25, at: 25)]) == [
            RivalAlert(
                host: address("203.0.113.9"), from: Timestamp(seconds: 1), to: Timestamp(seconds: 25), score: 1)
        ])
    let hosts = (1...20).map { attempt("203.0.113.9", "10.0.0.\($0)", 22, at: $0) }
    #expect(alerts(.simpleScan, Array(hosts.dropLast())).isEmpty && alerts(.simpleScan, hosts).count == 1)
}

@Test func `simple-scan reports one of ours at 250 services, and forgets after 15 minutes of silence`() {
    let ports = (1...250).map { attempt("10.0.0.9", "203.0.113.1", $0, at: $0) }
    #expect(alerts(.simpleScan, Array(ports.dropLast())).isEmpty && hosts(alerts(.simpleScan, ports)) == ["10.0.0.9"])
    let slow = (1...40).map { attempt("203.0.113.9", "10.0.0.1", $0, at: $0 * 901) }
    #expect(alerts(.simpleScan, slow).isEmpty)
}

@Test func `simple-scan counts a service once, nothing answered and no UDP`() {
    let again = (1...100).map { attempt("203.0.113.9", "10.0.0.1", $0 % 5, at: $0) }
    let udp = (1...100).map { attempt("203.0.113.9", "10.0.0.1", $0, at: $0, transport: .udp) }
    let answered = (1...100).map { talk("203.0.113.9", "10.0.0.\($0)", at: $0) }
    #expect(alerts(.simpleScan, again + udp + answered).isEmpty)
}

// MARK: rita

@Test func `RITA's score of a steady day is 1, of two hours 0.5`() throws {
    // A call a minute for a day, all of a size: every part is 1.
    let day = (0..<1440).map { Double($0 * 60) }
    #expect(RITABeacon.score(times: day, bytes: day.map { _ in 300 }, from: 0, to: 86_340) == 1)
    // Two hours of it in a day: regular (1), of a size (1), 2 of 24 bars full (0), too short to last (0).
    #expect(RITABeacon.score(times: Array(day.prefix(120)), bytes: day.map { _ in 300 }, from: 0, to: 86_400) == 0.5)
    #expect(RITABeacon.score(times: [0, 1, 2], bytes: [1, 1, 1], from: 0, to: 10) == nil)
    // Intervals 10, 10, 40, 100: quartiles 10, 25, 70 give a skew of 0.5, a median deviation of 15 gives 0.4.
    let times = [0.0, 10, 20, 60, 160]
    // Sizes 1, 1, 1, 1, 1: 1. Over 24,000 s all fall into the first bar, so the histogram and the duration give 0.
    let score = try #require(RITABeacon.score(times: times, bytes: times.map { _ in 1 }, from: 0, to: 24_000))
    #expect(score == 0.363)
}

@Test func `thresholds of RITA are 20, 40, 60 and 80 percent`() {
    let thresholds = [0.5, 0.7, 0.9, 1.0]
    let pairs: [(Double, Double)] = [(0.49, 0), (0.5, 0.2), (0.6, 0.3), (0.7, 0.4), (0.9, 0.6), (1, 0.8)]
    for (value, score) in pairs { #expect(abs(RITA.bucket(value, thresholds) - score) < 1e-12) }
}

@Test func `rita alerts on a day's beacon and a long connection, not on what comes in or stays inside`() {
    let beacon = (0..<1440).map { talk("10.0.0.9", "203.0.113.1", at: $0 * 60, bytes: 300) }
    // 0.8 of the beacon, 0.15 for being new, less 0.15 for being called by every host: 4 times the base.
    let said = alerts(.rita, beacon)
    #expect(said.count == 1 && said[0].host == address("10.0.0.9") && abs(said[0].score - 4) < 1e-9)
    #expect(said[0].span.end == Timestamp(seconds: 86_340))
    var long = talk("10.0.0.8", "203.0.113.2", at: 0)
    long.duration = 3_600_000_000_000
    #expect(hosts(alerts(.rita, [long])) == ["10.0.0.8"])
    let inside = (0..<1440).map { talk("10.0.0.9", "10.0.0.1", at: $0 * 60) }
    let incoming = (0..<1440).map { talk("203.0.113.1", "10.0.0.9", at: $0 * 60) }
    #expect(alerts(.rita, inside).isEmpty && alerts(.rita, incoming).isEmpty)
}

@Test func `rita looks at a day when it is over`() {
    let two = (0..<2880).map { talk("10.0.0.9", "203.0.113.1", at: $0 * 60, bytes: 300) }
    #expect(alerts(.rita, two).map(\.span.end.nanoseconds) == [86_340, 172_740].map { $0 * 1_000_000_000 })
}

// MARK: seed2

@Test func `seed2 blames the source of a pair beyond the outer fence, a batch ends at a full ten seconds`() {
    // Five pairs of a flow each and one of three: no spread, so three is outside, in connections and bytes.
    var flows = (1...5).map { talk("10.0.0.\($0)", "203.0.113.1", at: $0) }
    flows += (6...8).map { talk("10.0.0.9", "203.0.113.1", at: $0) }
    flows.append(talk("10.0.0.6", "203.0.113.1", at: 10))
    #expect(hosts(alerts(.seed2, flows)) == ["10.0.0.9"])
    // Were the batch not cut at 10, the host's flows after it would add up to an outlier.
    let alone = [talk("10.0.0.9", "203.0.113.1", at: 20), talk("10.0.0.9", "203.0.113.1", at: 30)]
    #expect(alerts(.seed2, alone).isEmpty)
}

// MARK: rwscan

@Test func `rwscan's walk ends at four strangers in vain, and not with hosts that exist`() {
    // Four in vain: 4⁴ = 256 > 99; three: 64.
    let scan = (1...4).map { attempt("10.0.0.9", "203.0.113.\($0)", 22, at: $0) }
    #expect(hosts(alerts(.rwscan, scan)) == ["10.0.0.9"])
    #expect(alerts(.rwscan, Array(scan.dropLast())).isEmpty)
    let known = (1...4).map { talk("10.0.0.\($0)", "203.0.113.7", at: $0) }
    let inward = (1...4).map { attempt("203.0.113.9", "10.0.0.\($0)", 22, at: $0 + 10) }
    #expect(alerts(.rwscan, known + inward).isEmpty)
}

@Test func `rwscan's model of TCP has the published weights`() {
    // 32 SYNs of one packet to 32 hosts, from one port; the count of ports is that of the last host.
    let flows = (0..<32).map { RwscanFlow(attempt("10.0.0.9", "203.0.113.\($0)", 22, at: $0)) }
    let odds = -2.838353611 + 3.309023427 - 0.157047027 - 0.002319304 / 32 + 3.163018548
    #expect(abs(RwscanModel.tcp(flows) - odds) < 1e-9)
    // 32 conversations of 100 bytes a packet with one host, from one port.
    let calm = (0..<32).map { RwscanFlow(talk("10.0.0.9", "203.0.113.1", at: $0)) }
    let calmOdds = -2.838353611 - 0.002319304 - 1.047413699 + 3.163018548 / 32
    #expect(abs(RwscanModel.tcp(calm) - calmOdds) < 1e-9)
}

@Test func `rwscan's model of UDP counts neighbours and low ports`() {
    // 32 neighbours on port 53, one packet of 60 bytes each, from one port.
    let flows = (1...32).map { RwscanFlow(attempt("10.0.0.9", "203.0.113.\($0)", 53, at: $0, transport: .udp)) }
    let odds =
        -1.887907966 + 0.543683505 + 32 * 0.025150994 + 0.529094801 - 1.244182168 - 0.001841634 / 32
        - 0.697943155 / 32
    #expect(abs(RwscanModel.udp(flows) - odds) < 1e-9)
}

@Test func `rwscan looks at an hour when it is over`() {
    let scan = (1...3).map { attempt("10.0.0.9", "203.0.113.\($0)", 22, at: 3590 + $0) }
    let rest = (4...6).map { attempt("10.0.0.9", "203.0.113.\($0)", 22, at: 3600 + $0) }
    #expect(alerts(.rwscan, scan + rest).isEmpty)
}

// MARK: slips

@Test func `slips sums its evidence over an hour against 15`() throws {
    // 5, 20, 35, … peers of a port with a packet each: 0.8 · (0.5 + 1 + 1 + …). The 19th makes 14.8, the 20th 15.6.
    func scan(_ peers: Int) -> [Flow] {
        (0..<peers).map { attempt("10.0.0.9", "203.0.\($0 / 250).\($0 % 250)", 22, at: $0) }
    }
    let before = alerts(.slips, scan(5 + 18 * 15))
    #expect(before.count == 19 && hosts(before).isEmpty)
    #expect(abs(try #require(before.last).score - (0.4 + 18 * 0.8) / 15) < 1e-9)
    #expect(hosts(alerts(.slips, scan(5 + 19 * 15))) == ["10.0.0.9"])
    // Two hours of it, half each, are too little.
    let half =
        scan(150)
        + scan(150).map { flow in
            var later = flow
            later.start = flow.start.advanced(by: 3_600_000_000_000)
            return later
        }
    #expect(hosts(alerts(.slips, half)).isEmpty)
}

@Test func `slips weighs uploads, refusals, port 0 and long connections`() {
    let upload = talk("10.0.0.9", "203.0.113.1", at: 0, bytes: 100_000_000)
    #expect(alerts(.slips, [upload]).map(\.host.description) == ["203.0.113.1"])
    var refusal = attempt("10.0.0.9", "203.0.113.1", 22, at: 0)
    refusal.state = .rejected
    #expect(alerts(.slips, Array(repeating: refusal, count: 4)).isEmpty)
    #expect(abs(alerts(.slips, Array(repeating: refusal, count: 5))[0].score - 0.25 / 15) < 1e-9)
    let zero = attempt("10.0.0.9", "203.0.113.1", 0, at: 0)
    #expect(abs(alerts(.slips, [zero])[0].score - 0.64 / 15) < 1e-9)
    var long = talk("10.0.0.9", "203.0.113.1", at: 0)
    long.duration = 43_200_000_000_000
    #expect(abs(alerts(.slips, [long])[0].score - 0.1 / 15) < 1e-9)
    #expect(alerts(.slips, [talk("203.0.113.1", "10.0.0.9", at: 0, bytes: 100_000_000)]).isEmpty)
}

// MARK: all

@Test(arguments: RivalName.allCases)
func `a rival says nothing of nothing, and survives both ends of all time`(name: RivalName) {
    #expect(alerts(name, []).isEmpty)
    let ends = [Int64.min, .max, 0, .min].map { nanoseconds in
        var flow = attempt("10.0.0.9", "203.0.113.1", 22, at: 0)
        flow.start = Timestamp(nanoseconds: nanoseconds)
        flow.duration = .max
        (flow.bytesSent, flow.packetsSent) = (.max, .max)
        return flow
    }
    #expect(alerts(name, ends).allSatisfy { $0.score.isFinite && $0.span.start <= $0.span.end })
}

@Test func `a rival's alerts are scored as incidents are`() throws {
    var evaluator = Evaluator(truth: try GroundTruth(malicious: [try #require(Network("203.0.113.9/32"))]))
    var flows = (1...25).map { attempt("203.0.113.9", "10.0.0.1", $0, at: $0) }
    flows += (1...25).map { attempt("203.0.113.8", "10.0.0.1", $0, at: $0 + 30) }
    flows += (1...25).map { talk("10.0.0.2", "203.0.113.7", at: $0 + 60) }
    evaluator.add(flows, names: FlowNames())
    let isHome = { (address: IPAddress) in address.description.hasPrefix("10.") }
    var run = RivalRun([.simpleScan], threshold: 0.3)
    run.observe(flows, isHome: isHome)
    let said = run.finish()
    #expect(said.map(\.name) == [.simpleScan])
    let result = evaluator.score(said[0].detection, threshold: 0.3, isHome: isHome)
    #expect(result.foundHosts.map(\.address) == [address("203.0.113.9")])
    #expect(result.falseIncidents == [address("203.0.113.8")])
    #expect(result.firstAlertSeconds == 24)
    // Malicious: a host of three that the rule ties with another; 25 flows of 75 tied with 25 more.
    #expect(result.hostWindowAveragePrecision == 0.5 && result.flowAveragePrecision == 0.5)
    #expect(evaluator.falseIncidents(of: said[0].detection, found: 1) == 1)
    #expect(evaluator.falseIncidents(of: said[0].detection, found: 2) == nil)
}
