import FlowModel
import Testing

@testable import FlowFormats

/// Reads messages, each behind the same time.
private func read(_ messages: [String], header: String = "Jan  5 2026 10:00:07 fw1 : ") -> FlowBatch {
    readLines(messages.map { header + $0 })
}

private func readLines(_ lines: [String]) -> FlowBatch {
    var reader = AsaSyslogReader()
    var batch = FlowBatch()
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    _ = try? reader.read(bytes.span, into: &batch)
    return batch
}

/// 2026-01-05 10:00:07 UTC.
private let time = Timestamp(seconds: 1_767_607_207)

@Test func `a teardown is a flow that ends at its time, opened by the end its Built message tells`() throws {
    let batch = read([
        "%ASA-6-302013: Built outbound TCP connection 9 for outside:192.0.2.7/22 (192.0.2.7/22) to inside:10.0.0.5/53496 (198.51.100.1/1024)",
        "%ASA-6-302014: Teardown TCP connection 9 for outside:192.0.2.7/22 to inside:10.0.0.5/53496 duration 1:00:30 bytes 2436 TCP FINs",
    ])
    #expect(batch.rejected.total == 0 && batch.flows.count == 1 && batch.skipped[.otherEvent] == 1)
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.5") && flow.sourcePort == 53_496)
    #expect(flow.destination == IPAddress("192.0.2.7") && flow.destinationPort == 22)
    #expect(flow.end == time && flow.duration == 3_630_000_000_000)
    #expect(flow.transport == .tcp && flow.state == .closed)
    #expect(flow.bytesSent == 2436 && flow.bytesReceived == 0 && flow.traits == .bytesAreTotal)
}

@Test func `inbound the first end opened, also from a high port to a higher one`() {
    for (word, isFirst) in [("inbound", true), ("outbound", false)] {
        let batch = read([
            "%FTD-6-302015: Built \(word) UDP connection 1 for outside:192.0.2.7/5000 (192.0.2.7/5000) to inside:10.0.0.5/6000 (10.0.0.5/6000)",
            "%FTD-6-302016: Teardown UDP connection 1 for outside:192.0.2.7/5000 to inside:10.0.0.5/6000 duration 0:00:00 bytes 10",
        ])
        #expect(batch.flows.map(\.sourcePort) == [isFirst ? 5000 : 6000], "\(word)")
    }
}

@Test func `without a Built message the lower port is the destination's`() {
    let batch = read([
        "%ASA-6-302016: Teardown UDP connection 1 for outside:192.0.2.7/53 to inside:10.0.0.5/40000 duration 0:00:00 bytes 148",
        "%ASA-6-302016: Teardown UDP connection 2 for outside:192.0.2.7/40000 to inside:10.0.0.5/53 duration 0:00:00 bytes 0",
        "%ASA-6-302016: Teardown UDP connection 3 for a:192.0.2.7/123 to b:10.0.0.5/123 duration 0:00:00 bytes 96",
    ])
    #expect(batch.flows.map(\.destination.description) == ["192.0.2.7", "10.0.0.5", "10.0.0.5"])
    #expect(batch.flows.map(\.state) == [.established, .unknown, .established])
}

@Test func `a Built message is used once, and only for the same ends`() {
    let built = "%ASA-6-302013: Built outbound TCP connection 9 for a:192.0.2.7/9000 () to b:10.0.0.5/80 ()"
    let same = "%ASA-6-302014: Teardown TCP connection 9 for a:192.0.2.7/9000 to b:10.0.0.5/80 duration 0:00:00 bytes 1"
    let other = same.replacing("10.0.0.5", with: "10.0.0.6")
    #expect(read([built, other, same, same]).flows.map(\.sourcePort) == [9000, 80, 9000])
}

@Test func `the memory of openings is bounded, the oldest of a set of eight goes`() {
    var openings = AsaOpenings()
    for number in 0..<9 { openings.put(UInt64(number) << 13, isOutbound: number % 2 == 0) }
    #expect(openings.take(0) == nil)
    for number in 1..<9 { #expect(openings.take(UInt64(number) << 13) == (number % 2 == 0)) }
    #expect(openings.take(1 << 13) == nil)
}

@Test(arguments: [
    ("0 SYN Timeout", ConnectionState.attempted), ("0 TCP Reset-O", .rejected), ("968 TCP Reset-I", .reset),
    ("12 TCP Reset by appliance", .reset), ("5 TCP FINs from inside", .closed), ("5 (TCP FINs)", .closed),
    ("5 FIN Timeout", .closing), ("5 Idle Timeout", .established), ("5", .established),
    ("5 Flow reset by IPS (ann)", .reset),
])
func `the reason of a teardown is the state`(text: String, state: ConnectionState) {
    let batch = read([
        "%ASA-6-302014: Teardown TCP connection 9 for a:192.0.2.7/22 to b:10.0.0.5/53496 duration 0:00:30 bytes \(text)"
    ])
    #expect(batch.flows.map(\.state) == [state])
}

@Test func `ends have users, blanks in interfaces, IPv6 with and without brackets`() {
    let ends = [
        "LAN-1:10.0.0.5/40000(CORP\\ann) to NP Identity Ifc:192.0.2.7/443 (CORP\\bob)",
        "LAN-1:10.0.0.5/40000 (CORP\\Ann Lee) to out:192.0.2.7/443",
        "LAN-1:2001:db8::5/40000 to out:2001:db8::7/443", "LAN-1:[2001:db8::5]/40000 to out:[2001:db8::7]/443(x)",
    ]
    let batch = read(
        ends.map { "%ASA-6-302014: Teardown TCP connection 9 for \($0) duration 0:00:30 bytes 1 TCP FINs (ann)" })
    #expect(batch.rejected.total == 0)
    #expect(batch.flows.map(\.source.description) == ["10.0.0.5", "10.0.0.5", "2001:db8::5", "2001:db8::5"])
    #expect(batch.flows.map(\.destination.description) == ["192.0.2.7", "192.0.2.7", "2001:db8::7", "2001:db8::7"])
    #expect(batch.flows.allSatisfy { $0.sourcePort == 40_000 && $0.destinationPort == 443 })
}

@Test func `ICMP goes from the foreign end inbound, from the local one outbound`() {
    func messages(_ word: String, _ type: String) -> [String] {
        ["Built \(word)", "Teardown"].enumerated().map {
            "%ASA-6-30202\($0.offset): \($0.element) ICMP connection for faddr 192.0.2.7/512(A\\b) gaddr 198.51.100.1/0 laddr 10.0.0.5/0 (b)\(type)"
        }
    }
    let batch = read(
        messages("inbound", " type 8 code 0") + messages("outbound", "") + messages("outbound", " type 3 code 1"))
    #expect(batch.rejected.total == 0)
    #expect(batch.flows.map(\.source.description) == ["192.0.2.7", "10.0.0.5", "10.0.0.5"])
    #expect(batch.flows.map(\.destinationPort) == [2048, 0, 769])
    #expect(batch.flows.allSatisfy { $0.transport == .icmp && $0.sourcePort == 0 && $0.state == .unknown })
    let denied = read([
        "%ASA-4-106023: Deny icmp src o:2001:db8::1 dst i:2001:db8::2 (type 128, code 0) by access-group x"
    ])
    #expect(denied.flows.map(\.transport) == [.icmpV6] && denied.flows.map(\.destinationPort) == [32_768])
    let newer = read([
        "%FTD-6-302021: Teardown ICMP connection for faddr fe80::5/0 gaddr fe80::1/0 laddr fe80::1/0 type 135 code 0"
    ])
    #expect(newer.flows.map(\.transport) == [.icmpV6])
}

@Test(arguments: [
    (
        "2-106001: Inbound TCP connection denied from 203.0.113.9/901 to 10.0.0.5/111 flags SYN  on interface LAN", 6,
        901, 111
    ),
    ("2-106006: Deny inbound UDP from 203.0.113.9/901 to 10.0.0.5/111 on interface LAN", 17, 901, 111),
    ("2-106007: Deny inbound UDP from 203.0.113.9/901 to 10.0.0.5/53 due to DNS Query", 17, 901, 53),
    ("3-106014: Deny inbound icmp src outside:203.0.113.9 dst inside:10.0.0.5 (type 8, code 0)", 1, 0, 2048),
    (
        "6-106015: Deny TCP (no connection) from 203.0.113.9/901 to 10.0.0.5/111 flags SYN  on interface LAN", 6, 901,
        111
    ),
    ("1-106021: Deny UDP reverse path check from 203.0.113.9 to 10.0.0.5 on interface outside", 17, 0, 0),
    ("1-106021: Deny protocol reverse path check from 203.0.113.9 to 10.0.0.5 on interface outside", 255, 0, 0),
    (
        "4-106023: Deny tcp src out:203.0.113.9/901(A\\b) dst in:10.0.0.5/111(A\\c) by access-group \"x\" [0x0, 0x0]",
        6, 901, 111
    ),
    ("4-106023: Deny protocol 47 src out:203.0.113.9 dst in:10.0.0.5 by access-group \"x\"", 47, 0, 0),
    ("4-106023: Deny icmp src out:203.0.113.9 dst in:10.0.0.5 (type 3, code 1) by access-group \"x\"", 1, 0, 769),
    (
        "6-106100: access-list 101 denied tcp out/203.0.113.9(901)(A\\b) -> in/10.0.0.5(111) hit-cnt 1 first hit", 6,
        901, 111
    ),
    ("6-106100: access-list in denied icmp out/203.0.113.9(3) -> in/10.0.0.5(1) hit-cnt 1 first hit", 1, 0, 769),
    ("6-106100: access-list in denied gobbledegook out/203.0.113.9(0) -> in/10.0.0.5(0) hit-cnt 1", 255, 0, 0),
    ("3-710003: TCP access denied by ACL from 203.0.113.9/901 to outside:10.0.0.5/23", 6, 901, 23),
    (
        "2-106006: message repeated 2 times: [ Deny inbound UDP from 203.0.113.9/901 to 10.0.0.5/137 on in]", 17, 901,
        137
    ),
    ("2-106006 Deny inbound UDP from 203.0.113.9/901 to 10.0.0.5/111 on interface LAN", 17, 901, 111),
    ("4-106023: Deny udp src v1:out:203.0.113.9/901 dst v2:in:10.0.0.5/53 by access-group \"x\"", 17, 901, 53),
    (
        "6-106103: access-list x denied tcp for user 'ann' out/203.0.113.9(901) -> in/10.0.0.5(443) hit-cnt 1", 6, 901,
        443
    ),
    ("3-710003: UDP access denied by ACL from 203.0.113.9/901 to outside:10.0.0.5/snmp", 17, 901, 161),
])
func `a denied packet is a rejected flow`(message: String, transport: UInt8, source: UInt16, destination: UInt16) throws
{
    let batch = read(["%ASA-" + message])
    let flow = try #require(batch.flows.first)
    #expect(batch.rejected.total == 0)
    #expect(flow.source == IPAddress("203.0.113.9") && flow.destination == IPAddress("10.0.0.5"))
    #expect(flow.transport.rawValue == transport && flow.state == .rejected && flow.bytes == 0)
    #expect(flow.sourcePort == source && flow.destinationPort == destination)
    #expect(flow.start == time && flow.duration == 0)
}

@Test func `what comes late of a forgotten connection is no refused request`() {
    let batch = read(
        ["FIN ACK", "RST", "SYN ACK"].map {
            "%ASA-6-106015: Deny TCP (no connection) from 192.0.2.7/443 to 10.0.0.5/52324 flags \($0)  on interface outside"
        })
    #expect(batch.flows.map(\.flagsSent) == [0x11, 0x04, 0x12])
    #expect(batch.flows.allSatisfy { $0.state == .unknown && $0.traits == .isMidstream })
}

@Test(arguments: [
    ("Jan  5 2026 10:00:07: ", 0), ("Jan 05 2026 10:00:07 fw1 : ", 0), ("<166>Jan 05 2026 10:00:07: ", 0),
    ("<166>:Jan 05 2026 10:00:07 MSK: ", 0), ("Mon Jan  5 2026 10:00:07 ", 0), ("Jan 05 2026 10:00:07.250 UTC: ", 250),
    ("<166>1 2026-01-05T10:00:07Z fw1 : ", 0), ("<166>2026-01-05T12:00:07.250+02:00: ", 250),
    ("2026-01-05 10:00:07 Local4.Info 192.0.2.1 ", 0), ("Jan  5 11:22:33 relay Jan 05 2026 10:00:07: ", 0),
    ("2026-01-05T10:00:07+00:00 relay Jan 05 2026 11:22:33: ", 0),
])
func `headers of all kinds have the time`(header: String, milliseconds: Int64) {
    let batch = read(
        ["%ASA-session-2-106006: Deny inbound UDP from 192.0.2.7/1 to 10.0.0.5/2 on interface x"], header: header)
    #expect(batch.flows.map(\.start) == [time.advanced(by: milliseconds * 1_000_000)])
}

@Test func `a time without a year is of the year 2000`() {
    let message = "fw %ASA-2-106006: Deny inbound UDP from 192.0.2.7/1 to 10.0.0.5/2 on interface x"
    let batch = readLines(["<162>Jan  5 10:00:07 " + message, "Feb 29 00:00:00 " + message])
    #expect(batch.flows.map(\.start.description) == ["2000-01-05T10:00:07Z", "2000-02-29T00:00:00Z"])
}

@Test func `other messages and lines of other programs are counted, not rejected`() {
    let batch = readLines([
        "Jan  5 10:00:07 fw %ASA-5-111008: User 'a' executed the 'b' command.",
        "Jan  5 10:00:07 fw %ASA-6-106100: access-list a permitted tcp a/10.0.0.1(1) -> b/10.0.0.2(2) hit-cnt 1",
        "Jan  5 10:00:07 fw %ASA-6-302013: Built outbound TCP connection", "Jan  5 10:00:07 cron: 100% done", "garbage",
    ])
    #expect(batch.flows.isEmpty && batch.rejected.total == 0 && batch.skipped[.otherEvent] == 5)
}

@Test(arguments: [
    ("for a:SPAM3/25 to b:10.0.0.5/53496 duration 0:00:30 bytes 1", RejectReason.badAddress, FieldName.source),
    ("for a:10.0.0.1/x to b:10.0.0.5/53496 duration 0:00:30 bytes 1", .badPort, .sourcePort),
    ("for a:10.0.0.1/1 to b:10.0.0.500/5 duration 0:00:30 bytes 1", .badAddress, .destination),
    ("for a:10.0.0.1/1 to b:10.0.0.5/70000 duration 0:00:30 bytes 1", .badPort, .destinationPort),
    ("for a:10.0.0.1/1 to b:10.0.0.5/5 duration 0:30 bytes 1", .badDuration, .duration),
    ("for a:10.0.0.1/1 to b:10.0.0.5/5 duration 0:00:30 bytes x", .badNumber, .totalBytes),
    ("for a:10.0.0.1/1 to b:10.0.0.5/5 duration 0:00:30", .tooFewFields, .totalBytes),
    ("for a:10.0.0.\0/1 to b:10.0.0.5/5 duration 0:00:30 bytes 1", .nulByte, .source),
])
func `a broken teardown is counted by its reason`(text: String, reason: RejectReason, field: FieldName) {
    let batch = read(["%ASA-6-302014: Teardown TCP connection 9 " + text])
    #expect(batch.flows.isEmpty && batch.rejected[reason] == 1)
    #expect(batch.examples.first?.field == field)
}

@Test func `a flow without a time is rejected`() {
    let batch = read(["%ASA-2-106006: Deny inbound UDP from 192.0.2.7/1 to 10.0.0.5/2 on interface x"], header: "fw : ")
    #expect(batch.rejected[.badTime] == 1 && batch.examples.first?.excerpt == "fw : ")
}

@Test func `a header of a mebibyte full of months is no burden`() {
    let header = String(repeating: ":jan", count: 250_000)
    let batch = read(["%ASA-2-106006: Deny inbound UDP from 192.0.2.7/1 to 10.0.0.5/2 on interface x"], header: header)
    #expect(batch.rejected[.badTime] == 1)
}

@Test func `logs are recognized by a message of a firewall`() {
    for text in ["Jan  5 10:00:07 cron: x\nJan  5 10:00:07 fw %FTD-6-302014: Teardown", "%ASA-session-6-302016: x"] {
        let isTaken = AsaSyslogReader.recognizes(Array(text.utf8).span)
        #expect(isTaken)
    }
    for text in [
        "", "100% %ASA-6: x", "%ASA-6-30201x: a", "{\"message\":\"%ASA-6-302014: Teardown\"}", "%ASA-6-302014",
    ] {
        let isTaken = AsaSyslogReader.recognizes(Array(text.utf8).span)
        #expect(!isTaken)
    }
}
