import FlowFormats
import FlowModel
import Testing

@testable import FlowDetect
@testable import FlowIncidents

private func rule(_ text: String) throws -> SuppressionRule { try SuppressionRule(Suppression(text: text)) }

private func error(_ text: String) -> SuppressionError? {
    do throws(SuppressionError) {
        _ = try SuppressionRule(Suppression(text: text))
        return nil
    } catch {
        return error
    }
}

/// A beacon of 10.0.0.5 to 203.0.113.9:443, seen from one moment to another (RFC 3339 without its end).
private func beacon(_ from: String = "2026-01-05T22:30:00", _ until: String = "2026-01-05T23:30:00") -> Finding {
    let span = Window(
        start: Timestamp(text: from + "Z") ?? Timestamp(seconds: 0),
        end: Timestamp(text: until + "Z") ?? Timestamp(seconds: 0))
    let address = IPAddress("10.0.0.5") ?? .unspecified
    let peer = IPAddress("203.0.113.9") ?? .unspecified
    return Finding(
        detector: .beaconing, subject: HostKey(address), peer: peer, span: span, score: 1, baseline: 1, evidence: 6,
        flows: 60,
        reason: BeaconingReason(
            period: 60, jitter: 0, missed: 0, calls: 60, port: 443, transport: .tcp, unanswered: 0, clients: 1),
        sample: nil)
}

@Test(arguments: [
    ("host=10.0.0.5", true), ("host=10.0.0.0/8 detector=beaconing", true), ("host=10.0.0.6", false),
    ("detector=flood", false), ("peer=203.0.113.0/24 port=443", true), ("peer=203.0.113.8", false), ("port=80", false),
    ("from=22:00 until=06:00", true), ("from=23:00 until=06:00", false), ("from=22:00 until=23:00", false),
    ("from=22:30 until=23:30", true), ("until=12:00", false), ("from=12:00", true),
    ("from=2026-01-05 until=2026-01-06", true), ("from=2026-01-05T23:00:00Z", false), ("until=2026-01-05", false),
    ("group=servers", false),
])
func `every condition of a suppression must hold`(text: String, holds: Bool) throws {
    #expect(try rule(text).matches(beacon()) == holds)
}

@Test func `a night that spans midnight hides what lies in it, not what lasts longer`() throws {
    let night = try rule("from=22:00 until=06:00")
    #expect(night.matches(beacon("2026-01-06T01:00:00", "2026-01-06T06:00:00")))
    #expect(!night.matches(beacon("2026-01-05T23:00:00", "2026-01-06T06:01:00")))
    #expect(!night.matches(beacon("2026-01-05T23:00:00", "2026-01-07T01:00:00")))
    #expect(!night.matches(beacon("2026-01-05T21:59:00", "2026-01-05T23:00:00")))
}

@Test(arguments: [
    ("host=10.0.0.0/33", "host"), ("peer=x", "peer"), ("detector=beacons", "detector"), ("port=70000", "port"),
    ("host=10.0.0.5 expires=soon", "expires"), ("from=22:00 until=2026-01-01", "until"),
    ("from=2026-01-02 until=2026-01-01", "until"), ("from=24:00", "from"), ("hosts=10.0.0.5", "hosts"),
    ("from=900", "from"), ("until=24:00", "until"), ("from=22:00 until=22:00", "until"),
    ("host=10.0.0.5 expires=5", "expires"),
    ("host=10.0.0.5 port=1 host=10.0.0.6", "host"), ("group=\"Web Servers", "group=Web Servers"),
    ("10.0.0.5", "10.0.0.5"), ("host=", "host="), ("", ""), ("expires=2027-01-01", ""),
])
func `what is wrong with a suppression is told with its key`(text: String, key: String) {
    #expect(error(text)?.key == key)
}

@Test func `quotes hold the words of a group together, and a rule tells itself`() throws {
    let quoted = try rule("group='Web Servers' \t\n host=10.0.0.5 reason=\"it is so\"")
    #expect(quoted.settings.group == "Web Servers" && quoted.settings.reason == "it is so")
    #expect(quoted.description == "host=10.0.0.5 group=\"Web Servers\"")
}

@Test func `a group is that of the subject in the finding's flow, case aside`() throws {
    let servers = ["Backup", "Web Servers"]
    var suppressions = Suppressions([try rule("group='web servers'")])
    var finding = beacon()
    var flow = SampleFlow(
        Flow(source: finding.subject, destination: .unspecified, start: Timestamp(seconds: 0)))
    flow.sourceGroups = servers
    let withoutFlow = suppressions.hides(finding)
    finding.sample = flow
    let ofSource = suppressions.hides(finding)
    flow.sourceGroups = []
    flow.destinationGroups = servers
    finding.sample = flow
    let ofPeer = suppressions.hides(finding)
    #expect([withoutFlow, ofSource, ofPeer] == [false, true, false])
}

@Test func `a scan is hidden by peer and port only where all of them are named`() throws {
    var finding = beacon()
    finding.detector = .portScan
    finding.peer = nil
    var scan = PortScanReason(isInbound: false)
    scan.peers = [IPAddress("203.0.113.1"), IPAddress("203.0.113.2")].compactMap { $0 }
    (scan.peerCount, scan.ports, scan.portCount) = (2, [22], 1)
    finding.reason = scan
    #expect(try rule("peer=203.0.113.0/24 port=22").matches(finding))
    #expect(try !rule("peer=203.0.113.1").matches(finding))
    scan.peerCount = 30
    finding.reason = scan
    #expect(try !rule("peer=203.0.113.0/24").matches(finding))
}

@Test(arguments: [1, 2])
func `a finding about several peers is not hidden by the one that it names`(count: Int) throws {
    let reasons: [any FindingReason] = [
        DNSTunnelReason(sent: 1, received: 1, question: 1, answer: 1, servers: count, minutes: 5, limit: 1),
        SpamReason(port: 25, servers: count, isMail: true, limit: 1, usual: nil),
        DataHoardingReason(bytes: 1, peers: count, newShare: 1, limit: 1, usual: nil),
        LateralMovementReason(port: 22, hosts: 1, further: count - 1, steps: 1, last: .unspecified, usual: 0),
    ]
    for reason in reasons {
        var finding = beacon()
        finding.reason = reason
        let isHidden = try rule("peer=203.0.113.9").matches(finding)
        #expect(isHidden == (count == 1), "\(reason)")
    }
}

@Test func `a rule is counted, and hides nothing once it has expired by the time in the flows`() throws {
    var suppressions = Suppressions([
        try rule("host=10.0.0.5 expires=2026-01-06"), try rule("detector=beaconing"), try rule("port=80"),
    ])
    let hidden = [beacon(), beacon("2026-01-06T01:00:00", "2026-01-06T02:00:00")].map { suppressions.hides($0) }
    #expect(hidden == [true, true])
    let report = suppressions.report(now: nil)
    #expect(report.map(\.number) == [1, 2])
    #expect(report.map(\.hidden) == [1, 1] && report.map(\.expired) == [1, 0])
    var weightless = beacon()
    weightless.evidence = 0
    let isHidden = suppressions.hides(weightless)
    #expect(isHidden && suppressions.report(now: nil).map(\.hidden) == [1, 1])
}

@Test func `a finding at both ends of all time is held against the time of day`() throws {
    var finding = beacon()
    finding.span = Window(start: Timestamp(nanoseconds: .min), end: Timestamp(nanoseconds: .max))
    #expect(try !rule("from=22:00 until=06:00").matches(finding))
}
