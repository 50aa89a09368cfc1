import FlowMath
import FlowModel
import Testing

@testable import FlowFormats

private func row(_ fields: [String]) -> String { fields.map { "\"\($0)\"" }.joined(separator: ",") + ",\n" }

/// A good row with one field replaced.
private func row(_ column: Column, _ text: String) -> String {
    var fields = [
        "2024-03-01T08:15:30.000+0000", "20s", "192.0.2.1", "4000/TCP", "Rooms", "1 K", "HTTP", "3 K", "192.0.2.2",
        "80/TCP", "Rooms", "2 K",
    ]
    if let place = SnaColumns.inOrder.firstIndex(where: { $0.1 == column }) { fields[place] = text }
    return row(fields)
}

private func read(_ rows: String...) -> SnaOutcome {
    SnaOutcome.reading(SnaFixtures.header + "\n" + rows.joined(), by: SnaCSVReader.self)
}

@Test func `a flow search has the flows a person reads in it`() {
    let (flows, names) = SnaOutcome.adopted(Array(SnaFixtures.csv.utf8), by: SnaCSVReader.self)
    guard flows.count == 4 else {
        Issue.record("\(flows.count) flows")
        return
    }
    let mail = flows[0]
    #expect(mail.source == IPAddress("192.0.2.10"))
    #expect(mail.destination == IPAddress("198.51.100.7"))
    #expect(mail.start == Timestamp(nanoseconds: 1_709_280_930_250_000_000))
    #expect(mail.duration == 3786 * 1_000_000_000)
    #expect(mail.transport == .tcp && mail.sourcePort == 40_001 && mail.destinationPort == 993)
    #expect(mail.bytesSent == 1_250_000 && mail.bytesReceived == 62_750)
    #expect(names.applications.name(mail.application) == "Mail (unclassified)")
    #expect(names.groups.text(of: mail.sourceGroups) == "Printers, Rooms, Upstairs")
    #expect(names.groups.groups(of: mail.sourceGroups).count == 3)
    #expect(names.groups.groups(of: mail.destinationGroups).count == 1)
    #expect(flows[1].source == IPAddress("2001:db8::5") && flows[1].transport == .icmp && flows[1].duration == 0)
    #expect(flows[1].bytesSent == 0 && flows[1].bytesReceived == 64 && flows[1].destinationGroups == .none)
    #expect(flows[2].start == flows[1].start, "an hour east of UTC")
    #expect(flows[2].transport == Transport(rawValue: 88) && flows[2].sourcePort == 0)
    #expect(flows[3].duration == 183_600 * 1_000_000_000 && flows[3].bytesSent == 1_200_000_000)
    #expect(flows[3].application == .none)
    #expect(names.groups.text(of: flows[3].sourceGroups) == "Say \"hello\", Rooms")
}

@Test(arguments: [1, 2, 3, 7, 64, 500, 100_000])
func `chunks of a flow search do not matter`(chunk: Int) {
    let broken =
        SnaFixtures.csv + row(.start, "x") + "\"stray\n" + row(.duration, "20s") + "\r\n\n" + row(.destinationPort, "")
    for text in [SnaFixtures.csv, broken, broken.replacing("\n", with: "\r\n"), "\u{feff}" + SnaFixtures.csv] {
        let whole = SnaOutcome.reading(text, by: SnaCSVReader.self)
        #expect(whole.flows.count >= 4)
        #expect(SnaOutcome.reading(text, by: SnaCSVReader.self, chunk: chunk) == whole)
    }
}

@Test func `columns come in any order, quoted or not, with others between`() {
    let text = """
        Peer Bytes,"Non,sense",peer ip address,"Peer Port/Protocol", Start ,Subject Bytes,Subject Port/Protocol,Subject IP Address
        2 K,"a,b",192.0.2.2,80/TCP,2024-03-01T08:15:30Z,320 ,4000/TCP,192.0.2.1
        """
    let outcome = SnaOutcome.reading(text, by: SnaCSVReader.self)
    #expect(outcome.flows.count == 1 && outcome.error == nil && outcome.lines == 2)
    #expect(outcome.flows.first?.bytesSent == 320 && outcome.flows.first?.bytesReceived == 2000)
    #expect(outcome.flows.first?.duration == 0 && outcome.flows.first?.application == NameID.none)
}

@Test func `a header without the columns needed ends the file and names them`() {
    let text = "\n\"Start\",\"Subject IP Address\",\"Peer IP Address\",\"Peer Port/Protocol\",\"Peer Bytes\"\n"
    #expect(
        SnaOutcome.reading(text, by: SnaCSVReader.self).error
            == .missingColumns(["Subject Port/Protocol", "Subject Bytes"], line: 2))
    #expect(SnaOutcome.reading("\"Start", by: SnaCSVReader.self).error != nil)
    #expect(SnaOutcome.reading("", by: SnaCSVReader.self) == SnaOutcome())
}

@Test(arguments: [
    (Column.start, "yesterday", RejectReason.badTime, FieldName.time),
    (.start, "", .badTime, .time),
    (.start, "2024-02-30T08:15:30.000+0000", .badTime, .time),
    (.start, "2999-02-03T08:15:30.000+0000", .timeOutOfRange, .time),
    (.duration, "soon", .badDuration, .duration),
    (.duration, "-1s", .negativeNumber, .duration),
    (.source, "300.1.1.1", .badAddress, .source),
    (.sourcePort, "70000/TCP", .badPort, .sourcePort),
    (.sourcePort, "", .unknownProtocol, .transport),
    (.bytesSent, "-1 K", .negativeNumber, .bytesSent),
    (.bytesSent, "99999999 P", .numberTooLarge, .bytesSent),
    (.bytes, "lots", .badNumber, .totalBytes),
    (.destination, "", .badAddress, .destination),
    (.destinationPort, "a/TCP", .badPort, .destinationPort),
    (.bytesReceived, "", .badNumber, .bytesReceived),
    (.application, "a\0b", .nulByte, .row),
])
func `a broken field of a flow search is counted with its line`(
    column: Column, text: String, reason: RejectReason, field: FieldName
) {
    let outcome = read(row(.duration, "1s"), row(column, text), row(.duration, "2s"))
    #expect(outcome.flows.count == 2)
    #expect(outcome.rejected.total == 1 && outcome.rejected[reason] == 1)
    #expect(outcome.examples.first?.line == 3 && outcome.examples.first?.field == field)
    #expect(outcome.lines == 4)
}

@Test func `unknown protocols are read as unknown`() {
    let outcome = read(row(.sourcePort, "CARRIER_PIGEON"))
    #expect(outcome.flows.first?.transport == .unknown)
}

@Test func `quotes that do not match cost the line they are in`() {
    let good = row(.duration, "1s")
    #expect(read(good, "\"a\n", good, good).flows.count == 3)
    #expect(read(good, "a\"b\n", good).rejected[.badQuoting] == 1)
    #expect(read(good, "\"a\"b\n", good).rejected[.badQuoting] == 1)
    #expect(read(good, "\"never closed").rejected[.badQuoting] == 1)
    #expect(read(good, "\"a\n", good, good).examples.first?.line == 3)
    #expect(read("too,few\n", good).rejected[.tooFewFields] == 1)
}

@Test func `newlines in quotes belong to the field and count as lines`() {
    let outcome = read(row(.sourceGroups, "Two\nLines"), row(.start, "x"))
    #expect(outcome.flows.count == 1 && outcome.names.contains("Two\u{fffd}Lines"))
    #expect(outcome.examples.first?.line == 4 && outcome.lines == 4)
}

@Test func `a line of 12 MB is counted once and used up`() {
    let good = row(.duration, "1s")
    let prefix = Array((SnaFixtures.header + "\n" + good).utf8)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 12_000_000)
    let suffix = Array(("\n" + good).utf8)
    let plain = SnaOutcome.reading(prefix + long + suffix, by: SnaCSVReader.self)
    #expect(plain.flows.count == 2 && plain.rejected[.lineTooLong] == 1 && plain.rejected.total == 1)
    #expect(plain.lines == 4)
    #expect(SnaOutcome.reading(prefix + long + suffix, by: SnaCSVReader.self, chunk: 700_001) == plain)
    let quoted = SnaOutcome.reading(prefix + [UInt8(ascii: "\"")] + long + suffix, by: SnaCSVReader.self)
    #expect(quoted.flows.count == 2 && quoted.rejected[.badQuoting] == 1 && quoted.rejected.total == 1)
}

@Test func `a buffer of 1 MiB always gets on`() throws {
    var reader = SnaCSVReader()
    var batch = FlowBatch()
    let header = Array((SnaFixtures.header + "\n").utf8)
    let used = try reader.read(header.span, into: &batch)
    #expect(used == header.count)
    for byte in [UInt8(ascii: "\""), UInt8(ascii: "x"), UInt8(ascii: ",")] {
        let bytes = [UInt8](repeating: byte, count: ReadLimits.recordLength)
        var copy = reader
        let used = try copy.read(bytes.span, into: &batch)
        #expect(used > 0)
    }
}

@Test func `a flow search cut off anywhere gives the flows before the cut`() {
    let bytes = Array(SnaFixtures.csv.utf8)
    let whole = SnaOutcome.reading(bytes, by: SnaCSVReader.self)
    for length in 0..<bytes.count {
        let cut = SnaOutcome.reading(Array(bytes[..<length]), by: SnaCSVReader.self)
        #expect(cut.flows.count <= 4)
        let before = cut.flows.dropLast()
        #expect(Array(before) == Array(whole.flows.prefix(before.count)))
    }
}

@Test func `a flow search with any byte flipped still reads`() {
    let bytes = Array(SnaFixtures.csv.utf8)
    for place in bytes.indices {
        var flipped = bytes
        flipped[place] ^= 0x80 >> UInt8(place % 8)
        let outcome = SnaOutcome.reading(flipped, by: SnaCSVReader.self)
        #expect(outcome.error != nil || outcome.flows.count >= 2, "byte \(place)")
        #expect(outcome.flows.count <= 4)
    }
}

@Test func `20,000 damaged flow searches`() {
    #expect(SnaOutcome.damaged(SnaFixtures.csv, by: SnaCSVReader.self, rounds: 20_000) == [])
}

@Test func `flow searches are recognized, and not as another format`() {
    for text in [SnaFixtures.csv, "\u{feff}" + SnaFixtures.csv, "\r\n" + SnaFixtures.csv] {
        #expect(SnaFixtures.formats(recognizing: text) == ["sna-csv"])
    }
    for text in ["", "a,b\n" + SnaFixtures.csv, "[" + SnaFixtures.csv, "{" + SnaFixtures.csv] {
        #expect(!SnaFixtures.formats(recognizing: text).contains("sna-csv"))
    }
}

@Test func `what the writer of flow searches writes reads back equal`() {
    let (flows, names) = SnaOutcome.adopted(Array(SnaFixtures.csv.utf8), by: SnaCSVReader.self)
    var all = flows
    var random = SeededGenerator(seed: 1)
    for index in 0..<300 {
        var flow = Flow(
            source: IPAddress(v4: UInt32(truncatingIfNeeded: index &* 2_654_435_761)),
            destination: IPAddress(high: UInt64(index) << 40, low: UInt64(index)),
            start: Timestamp(nanoseconds: Int64(index - 150) * 61_234_567_890_123_456 / 10),
            duration: Int64(index * index) * 1_000_000_000, transport: Transport(rawValue: UInt8(index % 256)),
            sourcePort: UInt16(index * 7), destinationPort: UInt16(index % 3),
            bytesSent: random.next() >> UInt64(index % 64),
            bytesReceived: UInt64(index) * 10_000)
        flow.sourceGroups = flows[index % 4].sourceGroups
        flow.destinationGroups = flows[(index + 1) % 4].destinationGroups
        flow.application = flows[index % 3].application
        all.append(flow)
    }
    var writer = SnaCSVWriter()
    var bytes: [UInt8] = []
    writer.begin(into: &bytes)
    for flow in all { writer.write(flow, names: names, into: &bytes) }
    writer.end(into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix(SnaFixtures.header + "\n"))
    let (again, namesAgain) = SnaOutcome.adopted(bytes, by: SnaCSVReader.self)
    #expect(again.count == all.count)
    for (written, read) in zip(all, again) {
        var read = read
        #expect(names.applications.name(written.application) == namesAgain.applications.name(read.application))
        #expect(names.groups.text(of: written.sourceGroups) == namesAgain.groups.text(of: read.sourceGroups))
        #expect(names.groups.text(of: written.destinationGroups) == namesAgain.groups.text(of: read.destinationGroups))
        #expect(read.reportedBytes == (written.reportedBytes > 0 ? written.reportedBytes : written.bytes))
        read.reportedBytes = written.reportedBytes
        read.application = written.application
        read.sourceGroups = written.sourceGroups
        read.destinationGroups = written.destinationGroups
        #expect(read == written)
    }
}
