import FlowDetect
import FlowFeatures
import FlowModel
import FlowTestKit
import Testing

/// Mail of one host to one server after another, spread over ten minutes each from 2020-09-13 12:30.
private struct Mail {
    var servers = 90
    var slices = 1
    var from = 0
    var port: UInt16 = 25
    var state = ConnectionState.closed
    var transport = Transport.tcp
    var isV6 = false

    var flows: [Flow] {
        (0..<servers * slices).map { number in
            let server = UInt32(number % servers)
            var flow = Flow(
                source: isV6 ? IPAddress(high: 0xfd00 << 48, low: 5) : IPAddress(v4: 0x0a00_0005),
                destination: isV6
                    ? IPAddress(high: 0x2a00 << 48, low: UInt64(server)) : IPAddress(v4: 0x2d00_0000 + server),
                start: Timestamp(seconds: 1_599_999_600 + Int64(from) * 600).advanced(
                    by: Int64(number) * (600_000_000_000 / Int64(servers))),
                transport: transport, state: state, sourcePort: 50_000, destinationPort: port,
                bytesSent: state.isFailure ? 60 : 3000, bytesReceived: state.isFailure ? 0 : 800, packetsSent: 1)
            flow.traits = .sourceIsHome
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: SpamDetector(SpamSettings()), in: flows, batch: batch)
}

@Test func `mail to many servers is found, and who always mailed is less sure`() throws {
    let found = findings(Mail().flows)
    // Told with about 20, 29, 40, 57 and 80 servers, the third of them at one octave above the limit.
    #expect(found.count == 5)
    // 5, then 2 for each half octave: beyond 6 only where the host is known.
    #expect(found.map(\.evidence) == [5, 6, 6, 6, 6])
    guard let mail = try #require(found.last).reason as? SpamReason else { return }
    #expect(mail.isMail && mail.port == 25 && abs(mail.servers - 80) <= 8 && mail.limit == 20)
}

@Test func `one that was known and did not mail is found in full`() {
    var detector = SpamDetector(SpamSettings())
    var tables = FlowTables(hosts: 1000, pairs: 1000)
    var sink = FindingSink(takesAll: true)
    var flows = Mail(from: 3).flows
    tables.intern(&flows, flows.indices)
    var window = PairWindow(
        window: Window(start: Timestamp(seconds: 1_599_999_600), end: Timestamp(seconds: 1_599_999_610)))
    window.add(flows.span.extracting(first: 1))
    detector.endWindow(window, tables: tables, findings: &sink)
    detector.observe(flows.span, tables: tables, findings: &sink)
    #expect(sink.findings.map(\.evidence) == [5, 7, 9, 10, 10])
}

@Test(arguments: [
    Mail(servers: 15), Mail(state: .attempted), Mail(port: 443), Mail(port: 993), Mail(port: 6881),
    Mail(transport: .udp), Mail(servers: 35, port: 22),
])
private func `few, silent, web, mailboxes, strangers and other services in small numbers are ordinary`(mail: Mail) {
    #expect(findings(mail.flows).isEmpty)
}

@Test func `another service of many servers is a hint`() {
    let found = findings(Mail(servers: 300, port: 22).flows)
    #expect(!found.isEmpty && found.allSatisfy { $0.evidence <= 3 })
}

@Test func `a host that is brought mail is a mail server`() {
    var brought = Mail(servers: 1).flows[0]
    (brought.source, brought.destination) = (brought.destination, brought.source)
    brought.traits = .destinationIsHome
    #expect(findings([brought] + Mail(slices: 5).flows).isEmpty)
    // Six slices of 30 are its habit: the limit is 120, and 400 are not.
    let usual = Mail(servers: 30, slices: 7).flows
    #expect(findings([brought] + usual + Mail(servers: 100, from: 7).flows).isEmpty)
    #expect(!findings([brought] + usual + Mail(servers: 400, from: 7).flows).isEmpty)
}

@Test(arguments: [1, 7, 33]) func `neither batches nor the family change what is said of mail`(size: Int) {
    let flows = Mail(slices: 3).flows
    #expect(findings(flows, batch: size) == findings(flows))
    #expect(!findings(Mail(slices: 3, isV6: true).flows).isEmpty)
}
