import FlowEnrich
import FlowIncidents
import FlowModel
import Foundation
import Testing

@testable import FlowDetect
@testable import FlowEvaluation

@Test(arguments: [
    ("flow=From-Botnet-V42-TCP-CC", "flow=From-Botnet-V42-TCP-CC"), ("flow=To-Botnet-V42", nil),
    ("flow=Background-UDP", nil), ("flow=From-Normal-V47-Grill", nil), ("Malicious C&C", "C&C"),
    ("Malicious", "Malicious"),
    ("Benign Dropbox", nil), ("Exploits", "Exploits"), ("Fuzzers", "Fuzzers"), ("Normal", nil), ("", nil),
    ("flow=Malware-UDP-DNS", "flow=Malware-UDP-DNS"),
])
func `labels of the data sets are understood`(label: String, kind: String?) {
    #expect(GroundTruth.kind(of: label) == kind.map { .malicious($0) } ?? .benign)
}

@Test func `a label that says neither is told`() throws {
    var names = FlowNames()
    var flow = Flow(source: .unspecified, destination: .unspecified, start: Timestamp(seconds: 0))
    flow.label = names.labels.intern("flow=Odd")
    var truth = try GroundTruth()
    #expect(truth.classify(flow, names: names.labels) == 0)
    #expect(truth.unknownLabels == ["flow=Odd"])
}

private func address(_ text: String) -> IPAddress { IPAddress(text) ?? .unspecified }

private func flow(_ source: String, _ destination: String, at seconds: Int64, bytes: UInt64 = 100) -> Flow {
    Flow(
        source: address(source), destination: address(destination), start: Timestamp(seconds: seconds), bytesSent: bytes
    )
}

private func finding(_ subject: String, at seconds: Int64) -> Finding {
    Finding(
        detector: .portScan, subject: HostKey(address(subject)), peer: nil,
        span: Window(start: Timestamp(seconds: seconds), end: Timestamp(seconds: seconds + 10)), score: 1, baseline: 1,
        evidence: 8, flows: 1,
        reason: PortScanReason(isInbound: false),
        sample: nil)
}

private func incident(_ subject: String, _ probability: Double) -> Incident {
    Incident(
        id: "x", subject: HostKey(address(subject)), probability: probability, logOdds: 0, severity: .high,
        category: .reconnaissance, span: Window(start: Timestamp(seconds: 0), end: Timestamp(seconds: 1)), flows: 1,
        parts: [], peers: [], samples: [])
}

@Test func `a detection is held against the truth`() throws {
    var evaluator = Evaluator(truth: try GroundTruth(malicious: [try #require(Network("10.0.0.9/32"))]))
    // Window 0: the bad host sends two flows, a good one two; window 1: the bad one once more.
    evaluator.add(
        [
            flow("10.0.0.9", "192.0.2.1", at: 10), flow("10.0.0.1", "192.0.2.1", at: 20),
            flow("10.0.0.9", "10.0.0.2", at: 30), flow("192.0.2.7", "10.0.0.1", at: 40),
            flow("10.0.0.9", "192.0.2.1", at: 400), flow("10.0.0.2", "192.0.2.1", at: 86_400),
        ], names: FlowNames())
    var detection = Detection(EnsembleSettings(), threshold: 0.5)
    detection.add(finding("10.0.0.9", at: 100), standing: Ensemble.Standing(logOdds: 1, evidence: 8))
    detection.add(finding("10.0.0.1", at: 120), standing: Ensemble.Standing(logOdds: -2, evidence: 5))
    detection.rank([incident("10.0.0.9", 0.73), incident("10.0.0.8", 0.6), incident("10.0.0.1", 0.12)])
    let result = evaluator.score(detection, threshold: 0.5) { $0.description.hasPrefix("10.") }
    #expect(result.flows == 6 && result.hosts == 3 && result.maliciousHosts == 1)
    #expect(result.incidents == 2 && result.falseIncidents == [address("10.0.0.8")])
    #expect(result.foundHosts.map(\.address) == [address("10.0.0.9")] && result.foundHosts.map(\.rank) == [1])
    // One false in 86,390 s and three hosts.
    #expect(abs(result.falsePerDayPer1000Hosts - 1000 / 3 * 86_400 / 86_390) < 1e-9)
    #expect(result.firstAlertSeconds == 100)
    // Scores: 1, −2, 1, −2 (its destination's), 0.55 (8 nats five minutes on), −7; malicious: first, third and fifth.
    #expect(result.flowAveragePrecision == 1 && result.flowROCArea == 1)
    #expect(result.byClass.map(\.name) == ["malicious"] && result.byClass[0].recall == 1)
    #expect(result.benignFlagged == 0)
    // Host windows: bad 0 (1), good 0 (−2), outside 0 (−7), bad 1 (0.55), good later (−7).
    #expect(result.hostWindowAveragePrecision == 1)
    #expect(result.naive.map(\.name) == ["flowCount", "direction", "minusBytes"])
    #expect(abs((result.naive[1].flowROCArea ?? 0) - 1.0 / 3) < 1e-12)
}

@Test func `the truth of a simulation names flows by source, peer, port and time`() throws {
    let json = #"""
        {"seed":1,"flows":9,"attacks":[{"kind":"port-scan","technique":"T1046","source":"10.0.0.9",
        "destinations":["10.0.0.2"],"ports":[22],"start":"1970-01-01T00:01:00Z","end":"1970-01-01T00:02:00Z","flows":1,
        "bytes":60}]}
        """#
    var truth = try GroundTruth(simulation: Data(json.utf8))
    func isBad(_ source: String, _ destination: String, port: UInt16, at seconds: Int64) -> Bool {
        var one = flow(source, destination, at: seconds)
        one.destinationPort = port
        return truth.classify(one, names: NameTable()) > 0
    }
    #expect(isBad("10.0.0.9", "10.0.0.2", port: 22, at: 60))
    #expect(!isBad("10.0.0.9", "10.0.0.2", port: 22, at: 121))
    #expect(!isBad("10.0.0.9", "10.0.0.2", port: 23, at: 60))
    #expect(!isBad("10.0.0.9", "10.0.0.3", port: 22, at: 60))
    #expect(!isBad("10.0.0.8", "10.0.0.2", port: 22, at: 60))
    #expect(truth.classes == ["benign", "port-scan"])
    #expect(throws: GroundTruthError.self) { _ = try GroundTruth(simulation: Data("{}".utf8)) }
}

@Test func `a finding over many windows counts in each, one that claims years in its last`() {
    var detection = Detection(EnsembleSettings(), threshold: 0.5)
    var long = finding("10.0.0.9", at: 0)
    long.span = Window(start: Timestamp(seconds: 600), end: Timestamp(seconds: 1500))
    detection.add(long, standing: Ensemble.Standing(logOdds: 1, evidence: 8))
    let host = address("10.0.0.9")
    #expect((0...5).map { detection.logOdds(of: host, in: $0) } == [-7, -7, 1, 1, 1, 1])
    // What is found later about it does not reach back to what it does not cover.
    long.detector = .exfiltration
    long.span = Window(start: Timestamp(seconds: 1500), end: Timestamp(seconds: 1501))
    detection.add(long, standing: Ensemble.Standing(logOdds: 3, evidence: 4))
    #expect((4...5).map { detection.logOdds(of: host, in: $0) } == [1, 5])
    // An hour, a half-life, after both.
    #expect(abs(detection.logOdds(of: host, in: 17) - -1) < 1e-9)
    long.host = HostKey(address("10.0.0.8"))
    long.span = Window(start: Timestamp(nanoseconds: .min), end: Timestamp(seconds: 900))
    detection.add(long, standing: Ensemble.Standing(logOdds: 1, evidence: 8))
    #expect((2...3).map { detection.logOdds(of: long.subject, in: $0) } == [-7, 1])
}

@Test func `flows at both ends of all time are scored`() throws {
    var evaluator = Evaluator(truth: try GroundTruth())
    evaluator.add(
        [Int64.min, .max].map { nanoseconds in
            Flow(
                source: address("10.0.0.1"), destination: address("10.0.0.2"),
                start: Timestamp(nanoseconds: nanoseconds))
        }, names: FlowNames())
    let result = evaluator.score(Detection(EnsembleSettings(), threshold: 0.5), threshold: 0.5) { _ in true }
    #expect(result.flows == 2 && result.days > 200_000)
}
