import FlowModel
import Foundation
import Testing

@testable import FlowFormats

private func read(_ text: String, as type: any FlowReader.Type) -> [Flow] {
    ReaderBatteryTests.read(Array(text.utf8), as: type, chunk: 4096).flows
}

// swift-format-ignore
private let csv = #"""
    "Start","Duration","Subject IP Address","Subject Port/Protocol","Subject Host Groups","Subject Bytes","Application","Total Bytes","Peer IP Address","Peer Port/Protocol","Peer Host Groups","Peer Bytes","Actions"
    "2021-03-01T08:00:03.000+0000","1hr 3min 6s","10.0.0.1","50928/TCP","Desktops, Atlanta","424.39 M","HTTP (unclassified)","424.39 M","192.0.2.1","80/TCP","Korea, Republic Of","320 ",
    "2021-03-01T07:00:03.000+0000","--","fd00::1","SAT_EXPAK","Café ""A""","--","","5 ","10.0.0.2","NEW_PROTO","","5 ",

    """#

@Test func `the same export gives the same flows from CSV and JSON`() {
    let fromCSV = read(csv, as: SnaCSVReader.self)
    let sample = String(decoding: ReaderBatteryTests.sample(named: "sna-json"), as: UTF8.self)
    let fromJSON = read(sample, as: SnaJSONReader.self)
    #expect(fromCSV.count == 2)
    #expect(fromCSV == fromJSON)
}

@Test func `sizes, durations and ports are exact`() throws {
    let flow = try #require(read(csv, as: SnaCSVReader.self).first)
    #expect(flow.bytesSent == 424_390_000)
    #expect(flow.bytesReceived == 320)
    #expect(flow.duration == 3_786_000_000_000)
    #expect(flow.sourcePort == 50_928 && flow.transport == .tcp)
}

@Test(arguments: [
    ("424.39 M", 424_390_000), ("62.75 K", 62_750), ("1.2 G", 1_200_000_000), ("320 ", 320), ("--", 0), ("", 0),
    ("0.5", 0), ("1,234", 1234), ("18.44 T", 18_440_000_000_000),
])
func `sizes as Cisco writes them`(text: String, bytes: UInt64) throws {
    let raw = Array(text.utf8)
    #expect(try SnaFields.bytes(raw.span.trimmed) == bytes)
}

@Test(arguments: ["-5", "x", "1.2 Q", "99999999999 P", "1.2.3", "- 1"])
func `what is no size is refused`(text: String) {
    let raw = Array(text.utf8)
    #expect(throws: FieldError.self) { try SnaFields.bytes(raw.span) }
}

@Test(arguments: [
    ("7hr 57min 56s", 28_676), ("1hr 3min 6s", 3786), ("20s", 20), ("--", 0), ("7hr 57min", 28_620),
    ("2day 3hr", 183_600),
])
func `durations as Cisco writes them`(text: String, seconds: Int64) throws {
    let raw = Array(text.utf8)
    #expect(try SnaFields.duration(raw.span) == seconds * 1_000_000_000)
}

@Test func `a broken row is counted with its line and the next is read`() {
    let rows = csv.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let broken = rows[1].replacingOccurrences(of: "10.0.0.1", with: "10.0.0.256")
    let result = ReaderBatteryTests.read(
        Array([rows[0], broken, "\"too\",\"few\"", rows[2], ""].joined(separator: "\n").utf8), as: SnaCSVReader.self,
        chunk: 100)
    #expect(result.flows.count == 1)
    #expect(result.rejected[.badAddress] == 1)
    #expect(result.rejected[.tooFewFields] == 1)
}

@Test func `a quote that never closes costs a line, not the file's rest in memory`() {
    let rows = csv.split(separator: "\n").map(String.init)
    let filler = Array(repeating: rows[1], count: 8000).joined(separator: "\n")
    let text = rows[0] + "\n\"broken\n" + filler + "\n"
    let result = ReaderBatteryTests.read(Array(text.utf8), as: SnaCSVReader.self, chunk: 1 << 18)
    #expect(result.rejected[.badQuoting] >= 1)
    #expect(result.flows.count > 7000)
}

@Test func `an object that is no JSON is counted and the next is read`() {
    // swift-format-ignore
    let good = #"{"Start":"2021-03-01T07:00:03.000+0000","Subject IP Address":"10.0.0.1","Subject Port/Protocol":"1/UDP","Subject Bytes":1,"Peer IP Address":"10.0.0.2","Peer Port/Protocol":"2/UDP","Peer Bytes":2}"#
    let result = ReaderBatteryTests.read(
        Array("\(good)\n{\"Start\": oops!}\n{\"Start\":\"x\"}\n\(good)".utf8), as: SnaJSONReader.self, chunk: 50)
    #expect(result.flows.count == 2)
    #expect(result.rejected[.badJSON] == 1)
    #expect(result.rejected[.missingField] == 1)
}

/// The data to try on, where it is present.
let seedFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/seed")

@Test(.enabled(if: FileManager.default.fileExists(atPath: seedFolder.path), "needs the seed's own export"))
func `the seed's export reads the same from CSV and JSON`() throws {
    let fromCSV = try ReaderBatteryTests.read(
        Array(Data(contentsOf: seedFolder.appending(path: "sna-flow-results.csv"))), as: SnaCSVReader.self,
        chunk: 65_536)
    let fromJSON = try ReaderBatteryTests.read(
        Array(Data(contentsOf: seedFolder.appending(path: "sna-flow-results.json"))), as: SnaJSONReader.self,
        chunk: 65_536)
    #expect(fromCSV.rejected.total == 0)
    #expect(fromCSV.flows.count == 2000)
    #expect(fromCSV.flows == fromJSON.flows)
}
