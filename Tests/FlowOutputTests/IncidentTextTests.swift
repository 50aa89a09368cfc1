import FlowModel
import FlowOutput
import Testing

@testable import FlowDetect

private func incident(application: String, names: inout FlowNames) -> Incident {
    var flow = Flow(
        source: IPAddress("fd00::9") ?? .unspecified, destination: IPAddress("192.0.2.1") ?? .unspecified,
        start: Timestamp(seconds: 1_600_000_000), transport: .tcp, state: .attempted, sourcePort: 1, destinationPort: 22
    )
    flow.application = names.applications.intern(application)
    let span = Window(start: flow.start, end: flow.start.advanced(by: 10_000_000_000))
    var scan = PortScanReason(isInbound: false)
    scan.kind = .horizontal
    scan.unanswered = 39
    scan.touched = 1
    scan.portCount = 1
    scan.peerCount = 39
    scan.peers = (1...6).compactMap { IPAddress("192.0.2.\($0)") }
    scan.ports = [22]
    scan.answers = [PortScanReason.Service(address: IPAddress("fd00::1") ?? .unspecified, port: 22)]
    let finding = Finding(
        detector: .portScan, subject: flow.sourceKey, peer: nil, span: span, score: 12, baseline: 9, evidence: 12,
        flows: 40,
        reason: scan,
        sample: SampleFlow(flow, names: names))
    return Incident(
        id: "0000abcd", subject: flow.sourceKey, probability: 0.999, logOdds: 6.9, severity: .high,
        category: .reconnaissance, span: span, flows: 40,
        parts: [Incident.Part(strongest: finding, count: 2, share: 1, evidence: 9, span: span)],
        peers: [flow.destination],
        samples: [SampleFlow(flow, names: names)])
}

@Test func `a table has a line an incident and mentions the weaker ones`() {
    var names = FlowNames()
    let text = IncidentTable().text(
        [incident(application: "ssh", names: &names)], weakerCount: 14)
    #expect(
        text == """
            #  ID        SEVERITY  P     HOST     CATEGORY  SINCE             WHY
            1  0000abcd  high      0.99  fd00::9  recon     2020-09-13 12:26  tried port 22 of 39 hosts in \
            vain (192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, …); 1 answered ([fd00::1]:22); of an ordinary host's first tries 1 in 4 fails
            and 14 weaker ones

            """)
}

@Test func `a story and JSON keep what came from the input from steering anything`() {
    var names = FlowNames()
    let bad = incident(application: "a\u{1b}[2J\"\\\n", names: &names)
    let story = IncidentTable().explanation(of: bad, rank: 1)
    #expect(!story.contains("\u{1b}"))
    let line = String(decoding: IncidentJSON().line(bad, rank: 1), as: UTF8.self)
    #expect(line.contains(#""application":"a�[2J\"\\�""#))
    #expect(line.hasPrefix(#"{"id":"0000abcd","rank":1,"subject":"fd00::9","probability":0.999"#))
}

@Test func `places stand beside addresses, in the story and in JSON`() {
    var names = FlowNames()
    var told = incident(application: "ssh", names: &names)
    let without = String(decoding: IncidentJSON().line(told, rank: 1), as: UTF8.self)
    #expect(!without.contains(#""places""#))
    for peer in told.peers { told.places[peer] = Place(country: 0x4155, autonomousSystem: 64_500) }
    let story = IncidentTable().explanation(of: told, rank: 1)
    #expect(story.contains("Peers: 192.0.2.1 (AU, AS64500)\n"))
    let line = String(decoding: IncidentJSON().line(told, rank: 1), as: UTF8.self)
    #expect(line.contains(#""places":[{"address":"192.0.2.1","country":"AU","asn":64500}]"#))
}

@Test func `quantities are short`() {
    #expect(Quantity.bytes(424_390_000) == "424 MB")
    #expect(Quantity.bytes(999) == "999 B")
    #expect(Quantity.short(3.456) == "3.46")
    #expect(Quantity.grouped(25_878) == "25,878")
    #expect(Quantity.probability(0.9999) == "0.99")
    #expect(Quantity.short(.nan) == "?")
}

@Test func `a story goes by the steps of an attack and says what would have cleared the host`() {
    var names = FlowNames()
    var incident = incident(application: "ssh", names: &names)
    var beacon = incident.parts[0].strongest
    beacon.detector = .beaconing
    beacon.reason = BeaconingReason(
        period: 60, jitter: 0.1, missed: 0, calls: 50, port: 449, transport: .tcp, unanswered: 0, clients: 1)
    incident.parts.insert(
        Incident.Part(strongest: beacon, count: 1, share: 0.6, evidence: 7.5, span: incident.span), at: 0)
    let table = IncidentTable()
    let lines = table.explanation(of: incident, rank: 1).split(separator: "\n").map(String.init)
    #expect(
        lines.filter { $0.hasSuffix(":") && $0.hasPrefix("  ") } == ["  reconnaissance:", "  command and control:"])
    #expect(lines.contains("  nothing by itself: without any one of them enough is left"))
    incident.clearings = [Incident.Clearing(detectors: [.beaconing], evidence: 7.5, limit: 1)]
    #expect(table.explanation(of: incident, rank: 1).contains("  beaconing absent, or below 1 nats instead of 7.5\n"))
}
