import FlowIncidents
import FlowModel
import Testing

@testable import FlowDetect

private func finding(_ detector: DetectorName, evidence: Double, at second: Int64, host: UInt32 = 1) -> Finding {
    let span = Window(start: Timestamp(seconds: second), end: Timestamp(seconds: second + 10))
    return Finding(
        detector: detector, subject: HostKey(IPAddress(v4: host)), peer: nil, span: span, score: evidence, baseline: 1,
        evidence: evidence, flows: 1,
        reason: PairOutlierReason(values: [1, 1, 1, 1], fences: [0, 0, 0, 0], outside: [true]),
        sample: nil)
}

@Test func `evidence adds up onto the prior as log-odds`() throws {
    var ensemble = Ensemble(EnsembleSettings())
    ensemble.add(finding(.portScan, evidence: 7, at: 0))
    let incident = try #require(ensemble.incidents().listed.first)
    #expect(abs(incident.probability - 0.5) < 1e-9)
    #expect(incident.parts.map(\.share) == [1])
}

@Test func `no number of pair outliers makes an incident probable`() {
    var ensemble = Ensemble(EnsembleSettings())
    for second in 0..<500 { ensemble.add(finding(.pairOutlier, evidence: 0.5, at: Int64(second) * 10)) }
    #expect(ensemble.incidents().listed.isEmpty)
    #expect(ensemble.incidents().weakerCount == 1)
}

@Test func `evidence fades: what is hours apart does not add up`() throws {
    var near = Ensemble(EnsembleSettings())
    var far = Ensemble(EnsembleSettings())
    for (number, detector) in [DetectorName.portScan, .groupOutlier].enumerated() {
        near.add(finding(detector, evidence: 4, at: Int64(number) * 10))
        far.add(finding(detector, evidence: 4, at: Int64(number) * 36_000))
    }
    #expect(try #require(near.incidents().listed.first).probability > 0.7)
    #expect(try #require(far.incidents().listed.first).probability < 0.1)
}

@Test func `a scan that goes on says again what it said, and a little more`() throws {
    var ensemble = Ensemble(EnsembleSettings())
    for number in 0..<5 { ensemble.add(finding(.portScan, evidence: 8 + Double(number) / 4, at: Int64(number) * 10)) }
    #expect(abs(try #require(ensemble.incidents().listed.first).logOdds - 2) < 0.1)
}

@Test func `incidents come by log-odds, then by address, with ids that repeat`() {
    func made() -> [Incident] {
        var ensemble = Ensemble(EnsembleSettings())
        for host in [3, 1, 2] as [UInt32] { ensemble.add(finding(.portScan, evidence: 5, at: 0, host: host)) }
        ensemble.add(finding(.portScan, evidence: 9, at: 0, host: 9))
        return ensemble.incidents().listed
    }
    #expect(made().map(\.subject) == [9, 1, 2, 3].map { IPAddress(v4: $0) })
    #expect(made() == made())
    #expect(Set(made().map(\.id)).count == 4)
}

@Test func `of more hosts than the limit the weakest make room, and are counted`() {
    var ensemble = Ensemble(EnsembleSettings())
    ensemble.add(finding(.portScan, evidence: 8, at: 0, host: 0))
    for host in 1..<UInt32(2 * Ensemble.hostLimit) {
        ensemble.add(finding(.portScan, evidence: 0.1, at: 0, host: host))
    }
    let last = UInt32(2 * Ensemble.hostLimit)
    ensemble.add(finding(.portScan, evidence: 9, at: 0, host: last))
    #expect(ensemble.overflowCount == Ensemble.hostLimit + 1)
    #expect(ensemble.subjects.count == Ensemble.hostLimit)
    #expect(ensemble.incidents().listed.map(\.subject) == [IPAddress(v4: last), IPAddress(v4: 0)])
}

@Test func `a clock alone is at most medium, whatever hints stand beside it`() throws {
    func worst(_ others: [(DetectorName, Double)]) throws -> Incident {
        var ensemble = Ensemble(EnsembleSettings())
        ensemble.add(finding(.beaconing, evidence: 20, at: 0))
        for (detector, evidence) in others { ensemble.add(finding(detector, evidence: evidence, at: 10)) }
        return try #require(ensemble.incidents().listed.first)
    }
    #expect(try worst([]).severity <= .medium)
    #expect(try worst([(.groupOutlier, 4.5), (.pairOutlier, 1.5)]).severity == .medium)
    // What any host in use shows adds nothing to the cap of 7.8; a peer on a blocklist does, up to 1.32.
    #expect(try worst([(.groupOutlier, 4.5), (.pairOutlier, 1.5)]).logOdds.isNear(7.8 - 7))
    #expect(try worst([(.blocklistHit, 4)]).logOdds.isNear(1.32))
    // 4.5 + 1.5 + 1.5 + 1 without a weak clock.
    #expect(
        try incident([
            (.beaconing, 1), (.groupOutlier, 4.5), (.pairOutlier, 1.5), (.newPort, 1.5), (.longConnection, 1),
        ])
        .logOdds.isNear(8.5 - 7))
    #expect(try worst([(.exfiltration, 6)]).severity > .medium)
    #expect(try worst([(.portScan, 12)]).probability > 0.99)
}

@Test func `of a family only the strongest counts`() throws {
    var ensemble = Ensemble(EnsembleSettings())
    ensemble.add(finding(.exfiltration, evidence: 7, at: 0))
    ensemble.add(finding(.groupOutlier, evidence: 4.5, at: 0))
    #expect(abs(try #require(ensemble.incidents().listed.first).probability - 0.5) < 1e-9)
}

@Test func `what is found hours later about a host that was an incident adds up, about another it does not`() throws {
    func peak(first: Double, factor: Double = 4, hours: Int64 = 4) throws -> Double {
        var settings = EnsembleSettings()
        settings.watchedHalfLifeFactor = factor
        settings.minimumProbability = 0
        var ensemble = Ensemble(settings)
        ensemble.add(finding(.portScan, evidence: first, at: 0))
        ensemble.add(finding(.exfiltration, evidence: 9, at: hours * 3600))
        return try #require(ensemble.incidents().listed.first).logOdds
    }
    // 10 halves once in four hours under watch, 10 / 2 + 9 - 7; 6.9, which is no incident, four times, 6.9 / 16 + 9 - 7.
    #expect(try peak(first: 10).isNear(7.0))
    #expect(try peak(first: 10, factor: 1).isNear(3.0))
    #expect(try peak(first: 6.9).isNear(2.43125))
    // The watch ends after twelve hours, three half-lives; two more in the two hours after.
    #expect(try peak(first: 8, hours: 14).isNear(2.25))
}

@Test func `a clock alone is not watched`() throws {
    var settings = EnsembleSettings()
    settings.minimumProbability = 0
    var ensemble = Ensemble(settings)
    ensemble.add(finding(.beaconing, evidence: 20, at: 0))
    ensemble.add(finding(.exfiltration, evidence: 6, at: 4 * 3600))
    let now = ensemble.add(finding(.pairOutlier, evidence: 0.001, at: 4 * 3600))
    let expected = 7.8 / 16 + 6 - 7
    #expect(try #require(now).logOdds.isNear(expected))
}

extension Double {
    fileprivate func isNear(_ other: Double) -> Bool { abs(self - other) < 0.01 }
}

private func incident(_ findings: [(DetectorName, Double)]) throws -> Incident {
    var ensemble = Ensemble(EnsembleSettings())
    for (detector, evidence) in findings { ensemble.add(finding(detector, evidence: evidence, at: 0)) }
    return try #require(ensemble.incidents().listed.first)
}

@Test func `shares are of the log-odds at the worst moment, in nats`() throws {
    // Of volume only exfiltration's 9 count, so 9 and 3 of 12.
    let parts = try incident([(.exfiltration, 9), (.groupOutlier, 4), (.portScan, 3)]).parts
    #expect(parts.map(\.strongest.detector) == [.exfiltration, .portScan, .groupOutlier])
    #expect(parts.map(\.evidence) == [9, 3, 0])
    #expect(parts.map(\.share) == [0.75, 0.25, 0])
    // A clock adds up to medium only: 1.32 − (1 − 7); a new peer nothing to that.
    let clock = try incident([(.beaconing, 7.8), (.newPeer, 1), (.blocklistHit, 1)]).parts
    #expect(clock.map(\.strongest.detector) == [.beaconing, .blocklistHit, .newPeer])
    #expect(abs(clock[0].evidence - 7.32) < 1e-9 && clock[1].evidence == 1 && clock[2].evidence == 0)
}

@Test func `what would have cleared a host is said where one family by itself would`() throws {
    // 9 + 3 − 7: without the 9, −4; without the 3, 2.
    let one = try incident([(.exfiltration, 9), (.portScan, 3)])
    #expect(one.clearings == [Incident.Clearing(detectors: [.exfiltration], evidence: 9, limit: 4)])
    // 4 + 4 − 7: either one; below 3 is enough.
    let either = try incident([(.exfiltration, 4), (.portScan, 4)])
    #expect(either.clearings.map(\.detectors) == [[.exfiltration], [.portScan]])
    #expect(either.clearings.map(\.limit) == [3, 3])
    // Two that look at the same thing: both.
    let both = try incident([(.exfiltration, 9), (.groupOutlier, 4.5), (.portScan, 4)])
    #expect(both.clearings.map(\.detectors) == [[.exfiltration, .groupOutlier]])
    // Each is enough.
    #expect(try incident([(.exfiltration, 9), (.portScan, 9)]).clearings.isEmpty)
    // It is clear as it is.
    #expect(try incident([(.exfiltration, 4)]).clearings.isEmpty)
}

@Test func `what would have cleared a host is the same in every run, to the bit`() throws {
    let findings: [DetectorName: Double] = [
        .exfiltration: 9.1, .portScan: 0.1, .bruteForce: 0.7, .dnsVolume: 0.3, .lateralMovement: 0.2, .spam: 1.1,
        .basicChecks: 0.6,
    ]
    // Sums depend on their order, which a dictionary draws anew in each run.
    let inOrder = DetectorName.allCases.compactMap { name in findings[name].map { (name, $0) } }
    let all = inOrder.reduce(0) { $0 + $1.1 }
    let clearing = try #require(incident(inOrder).clearings.first { $0.evidence == 9.1 })
    #expect(clearing.limit == 7 - (all - 9.1))
}

@Test func `severity counts families that are more than a hint`() throws {
    #expect(try incident([(.portScan, 12)]).severity == .high)
    #expect(try incident([(.portScan, 12), (.pairOutlier, 1.5)]).severity == .high)
    #expect(try incident([(.exfiltration, 11), (.groupOutlier, 4.5)]).severity == .high)
    #expect(try incident([(.exfiltration, 11), (.portScan, 4)]).severity == .critical)
}
