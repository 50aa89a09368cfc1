import FlowModel
import Testing

@testable import FlowFormats

private let good =
    #"{"Start":"2024-03-01T08:15:30.000+0000","Subject IP Address":"192.0.2.1","Subject Port/Protocol":"4000/TCP","#
    + #""Subject Bytes":"1 K","Peer IP Address":"192.0.2.2","Peer Port/Protocol":"80/TCP","Peer Bytes":"2 K","Application":"A"}"#

private func read(_ text: String) -> SnaOutcome { SnaOutcome.reading(text, by: SnaJSONReader.self) }

@Test func `the same flow search gives the same flows from CSV and from JSON`() {
    let csv = SnaOutcome.adopted(Array(SnaFixtures.csv.utf8), by: SnaCSVReader.self)
    for text in [
        SnaFixtures.json, SnaFixtures.minifiedJSON, SnaFixtures.jsonLines, "\u{feff}" + SnaFixtures.json,
        SnaFixtures.json.replacing("\n", with: "\r\n"),
    ] {
        let json = SnaOutcome.adopted(Array(text.utf8), by: SnaJSONReader.self)
        #expect(json.flows == csv.flows)
        for flow in json.flows {
            #expect(json.names.applications.name(flow.application) == csv.names.applications.name(flow.application))
            #expect(json.names.groups.text(of: flow.sourceGroups) == csv.names.groups.text(of: flow.sourceGroups))
        }
    }
    #expect(csv.flows.count == 4)
}

@Test(arguments: [1, 2, 3, 7, 64, 500, 100_000])
func `chunks of a JSON flow search do not matter`(chunk: Int) {
    let broken =
        SnaFixtures.json + "junk\n" + good + #"{"a":tru}"# + good + "\n{\"b\":\"\n" + good + "\u{0}x" + good + "{"
    for text in [
        SnaFixtures.json, SnaFixtures.minifiedJSON, SnaFixtures.jsonLines, broken, "\u{feff}" + SnaFixtures.json,
    ] {
        let whole = read(text)
        #expect(whole.flows.count >= 4)
        #expect(SnaOutcome.reading(text, by: SnaJSONReader.self, chunk: chunk) == whole)
    }
    #expect(read(broken).flows.count == 8 && read(broken).rejected.total == 5)
}

@Test func `escapes in strings are read`() {
    let name = #"\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00\ud83d!\udc00"#
    let outcome = read(good.replacing(#""A""#, with: "\"\(name)\""))
    #expect(outcome.flows.count == 1)
    // The five control characters are told as such, not shown.
    #expect(outcome.names == ["\"\\/\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}A\u{e9}\u{20ac}\u{1f600}\u{fffd}!\u{fffd}"])
    let escaped = read(good.replacing("192.0.2.1", with: #"192.0.2.\u0031"#))
    #expect(escaped.flows == read(good).flows)
}

@Test(arguments: [
    #"{"a":1,}"#, #"{"a" 1}"#, #"{a:1}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":-}"#, #"{"a":nul}"#,
    #"{"Start":"","a":[1,]}"#, #"{"Start":"","a":[}"#, #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, "{\"a\":\"tab\there\"}",
    #"{"a":1 "b":2}"#,
    #"{,}"#, #"{"a":}"#, #"{"a":1;"b":2}"#, "{\"a\":\"open\n", "{\u{1}}",
])
func `an object that is not JSON is counted, and the next one read`(object: String) {
    let outcome = read("[\(good),\n\(object),\n\(good)]")
    #expect(outcome.flows.count == 2)
    #expect(outcome.rejected[.badJSON] == 1 && outcome.rejected.total == 1)
    #expect(outcome.examples.first?.line == 2)
}

@Test(arguments: [
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":-1"#, RejectReason.negativeNumber, FieldName.bytesSent),
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":1e3"#, .badNumber, .bytesSent),
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":1.5"#, .badNumber, .bytesSent),
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":null"#, .missingField, .bytesSent),
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":[5]"#, .missingField, .bytesSent),
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":true"#, .badNumber, .bytesSent),
    (#""Subject Bytes":"1 K""#, #""Subject Bytes":99999999999999999999"#, .numberTooLarge, .bytesSent),
    (#""Subject Bytes":"1 K""#, #""Other":5"#, .missingField, .bytesSent),
    (#""Start":"2024-03-01T08:15:30.000+0000""#, #""Start":5"#, .badTime, .time),
    ("192.0.2.2", "192.0.2.256", .badAddress, .destination),
    ("80/TCP", "80000/TCP", .badPort, .destinationPort),
    (#""Application":"A""#, #""Application":"a\u0000b""#, .nulByte, .row),
    (#""Application":"A""#, "\"Application\":\"a\u{0}b\"", .nulByte, .row),
])
func `a broken member is counted with its line`(from: String, to: String, reason: RejectReason, field: FieldName) {
    let outcome = read("[\n\(good),\n\(good.replacing(from, with: to)),\n\(good)\n]")
    #expect(outcome.flows.count == 2)
    #expect(outcome.rejected[reason] == 1 && outcome.rejected.total == 1)
    #expect(outcome.examples.first?.line == 3 && outcome.examples.first?.field == field)
    #expect(outcome.lines == 4)
}

@Test func `arrays and objects lie at most 64 deep in each other`() {
    func nested(_ depth: Int) -> String {
        good.dropLast() + #","x":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }
    #expect(read(nested(63)).flows.count == 1)
    #expect(read(nested(64)).rejected[.badJSON] == 1)
    let deep = read("[" + good + #",{"x":"# + String(repeating: "[", count: 900_000) + "," + good)
    #expect(deep.flows.count == 2 && deep.rejected.total == 1)
    let objects = read(good + String(repeating: #"{"x":"#, count: 50_000) + "!" + good)
    #expect(objects.flows.count == 2)
}

@Test func `an object of 12 MB is counted once and used up`() {
    let long = String(repeating: "x", count: 12_000_000)
    let text = "[\(good),\n{\"x\":\"\(long)\"},\n\(good)]"
    let whole = read(text)
    #expect(whole.flows.count == 2 && whole.rejected[.lineTooLong] == 1 && whole.rejected.total == 1)
    #expect(SnaOutcome.reading(text, by: SnaJSONReader.self, chunk: 700_001) == whole)
}

@Test func `a JSON buffer of 1 MiB always gets on`() throws {
    for (start, filling) in [("{\"a\":\"", "x"), ("{\"a\":\"", "\\"), ("{", " "), ("x", "x"), ("{\"a\":1", "1")] {
        let filler = [UInt8](repeating: Array(filling.utf8)[0], count: ReadLimits.recordLength - start.utf8.count)
        let bytes = Array(start.utf8) + filler
        var reader = SnaJSONReader()
        var batch = FlowBatch()
        let used = try reader.read(bytes.span, into: &batch)
        #expect(used > 0 && batch.rejected.total == 1)
    }
}

@Test func `a JSON flow search cut off anywhere gives the flows before the cut`() {
    let bytes = Array(SnaFixtures.json.utf8)
    let whole = SnaOutcome.reading(bytes, by: SnaJSONReader.self)
    for length in 0..<bytes.count {
        let cut = SnaOutcome.reading(Array(bytes[..<length]), by: SnaJSONReader.self)
        #expect(cut.flows == Array(whole.flows.prefix(cut.flows.count)))
        #expect(cut.rejected.total <= 1)
    }
}

@Test func `a JSON flow search with any byte flipped still reads`() {
    let bytes = Array(SnaFixtures.json.utf8)
    for place in bytes.indices {
        var flipped = bytes
        flipped[place] ^= 0x80 >> UInt8(place % 8)
        let outcome = SnaOutcome.reading(flipped, by: SnaJSONReader.self)
        #expect((2...4).contains(outcome.flows.count), "byte \(place)")
        #expect(outcome.error == nil)
    }
}

@Test func `20,000 damaged JSON flow searches`() {
    #expect(SnaOutcome.damaged(SnaFixtures.jsonLines, by: SnaJSONReader.self, rounds: 20_000) == [])
}

@Test func `JSON flow searches are recognized, and not as another format`() {
    for text in [SnaFixtures.json, SnaFixtures.minifiedJSON, SnaFixtures.jsonLines, "\u{feff} \n" + SnaFixtures.json] {
        #expect(SnaFixtures.formats(recognizing: text) == ["sna-json"])
    }
    for text in ["", "[]", "{\"Start\":1}", SnaFixtures.csv] {
        #expect(!SnaFixtures.formats(recognizing: text).contains("sna-json"))
    }
}

@Test(.enabled(if: SnaFixtures.hasSamples, "the sample exports are not beside the package"))
func `the sample exports give the same 2,000 flows from CSV and from JSON`() throws {
    let csvBytes = try #require(SnaFixtures.sample("sna-flow-results.csv"))
    let jsonBytes = try #require(SnaFixtures.sample("sna-flow-results.json"))
    let csv = SnaOutcome.adopted(csvBytes, by: SnaCSVReader.self)
    let json = SnaOutcome.adopted(jsonBytes, by: SnaJSONReader.self)
    #expect(csv.flows.count == 2000)
    #expect(csv.flows == json.flows)
    for flow in json.flows {
        #expect(json.names.groups.text(of: flow.sourceGroups) == csv.names.groups.text(of: flow.sourceGroups))
        #expect(json.names.groups.text(of: flow.destinationGroups) == csv.names.groups.text(of: flow.destinationGroups))
        #expect(json.names.applications.name(flow.application) == csv.names.applications.name(flow.application))
    }
    // The exporter rounds each of its three sizes: the average of Total Bytes, 588,722.1095, is not that of the sum.
    #expect(csv.flows.reduce(0) { $0 + $1.bytes } == 1_177_777_563)
    #expect(SnaOutcome.reading(csvBytes, by: SnaCSVReader.self).rejected.total == 0)
    #expect(SnaOutcome.reading(jsonBytes, by: SnaJSONReader.self).rejected.total == 0)
    #expect(try totals(of: csvBytes) == 1_177_444_219)
}

/// The sum of the eighth column, all fields of the sample but the last being quoted.
private func totals(of csv: [UInt8]) throws -> UInt64 {
    var sum: UInt64 = 0
    for line in String(decoding: csv, as: UTF8.self).split(separator: "\n").dropFirst() {
        let fields = line.split(separator: "\",\"")
        guard fields.count > 7 else { continue }
        let bytes = Array(fields[7].utf8)
        sum += try SnaFields.size(bytes.span)
    }
    return sum
}

@Test func `records inside another object are read`() {
    let outcome = read("{\"took\": 3, \"flows\": {\"results\": [\(good),\n\(good)]}, \"next\": null}")
    #expect(outcome.flows.count == 2 && outcome.rejected.total == 0)
    let open = read("{\"flows\": [\(good)]")
    #expect(open.flows.count == 1 && open.rejected[.badJSON] == 1)
}
