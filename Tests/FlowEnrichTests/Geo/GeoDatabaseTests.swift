import FlowEnrich
import FlowModel
import FlowTestKit
import Foundation
import Testing

/// A file under a name of its own, gone with the last reference.
private final class TemporaryFile {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".mmdb").path

    init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

private func network(_ text: String) throws -> Network { try #require(Network(text)) }
private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

private func countries() throws -> [UInt8] {
    func country(_ code: String, key: String = "country") -> MaxMindWriter.Value {
        .map([(key, .map([("iso_code", .text(code))]))])
    }
    var writer = MaxMindWriter()
    try writer.add(network("1.0.0.0/24"), country("AU"))
    try writer.add(network("45.9.0.0/16"), country("NL", key: "registered_country"))
    try writer.add(network("46.0.0.0/8"), .map([("country_code", .text("FR"))]))
    try writer.add(network("47.0.0.0/8"), country("xx"))
    try writer.add(network("2a01:4f8::/32"), country("DE"))
    return writer.bytes(kind: "Test-Country")
}

private func systems() throws -> [UInt8] {
    var writer = MaxMindWriter()
    try writer.add(network("1.0.0.0/16"), .map([("autonomous_system_number", .number(13_335, kind: .uint32))]))
    try writer.add(
        network("2a01:4f8::/29"), .map([("autonomous_system_number", .number(4_200_000_000, kind: .uint32))]))
    return writer.bytes(kind: "Test-ASN")
}

/// Set to keep the files, to be looked at with other tools: `LAPWING_KEEP_GEO=/tmp/geo`.
@Test(.enabled(if: ProcessInfo.processInfo.environment["LAPWING_KEEP_GEO"] != nil))
func `the files can be kept`() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["LAPWING_KEEP_GEO"])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(countries()).write(to: URL(filePath: folder + "/country.mmdb"))
    try Data(systems()).write(to: URL(filePath: folder + "/asn.mmdb"))
}

@Test(arguments: [
    ("1.0.0.7", "AU, AS13335"), ("1.0.1.0", "AS13335"), ("1.1.0.0", ""), ("45.9.255.255", "NL"), ("46.1.2.3", "FR"),
    ("47.1.2.3", ""), ("2a01:4f8::1", "DE, AS4200000000"), ("2a01:4f9::1", "AS4200000000"), ("2a02::1", ""),
    ("255.255.255.255", ""), ("::", ""), ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
])
func `an address is in its country and its autonomous system`(text: String, place: String) throws {
    let (country, system) = (try TemporaryFile(countries()), try TemporaryFile(systems()))
    let geo = try GeoDatabase.open([country.path, system.path])
    #expect(try geo.place(of: address(text)).description == place)
    #expect(geo.contents.map(\.kind) == ["Test-Country", "Test-ASN"])
    #expect(geo.contents.map(\.built) == [Timestamp(seconds: 1_600_000_000), Timestamp(seconds: 1_600_000_000)])
    #expect(geo.damagedCount == 0)
}

@Test func `autonomous systems are numbers of any width, or text, and a country may be text too`() throws {
    var writer = MaxMindWriter()
    let values: [(String, MaxMindWriter.Value)] = [
        ("autonomous_system_number", .number(64_512, kind: .uint16)),
        ("autonomous_system_number", .number(64_513, kind: .uint64)),
        ("autonomous_system_number", .number(1 << 32, kind: .uint64)), ("asn", .text("AS64514")),
        ("asn", .text("AS")), ("asn", .text("AS99999999999")), ("country", .text("FR")), ("country", .text("France")),
        ("country", .number(33, kind: .uint16)),
    ]
    for (index, value) in values.enumerated() { try writer.add(network("\(index + 1).0.0.0/8"), .map([value])) }
    let file = try TemporaryFile(writer.bytes(kind: "Test"))
    let geo = try GeoDatabase.open([file.path])
    let places = try values.indices.map { try geo.place(of: address("\($0 + 1).2.3.4")).description }
    #expect(places == ["AS64512", "AS64513", "", "AS64514", "", "", "FR", "", ""])
    #expect(geo.damagedCount == 0)
}

@Test func `a file of something else is said to know nothing`() throws {
    var writer = MaxMindWriter()
    try writer.add(network("0.0.0.0/1"), .map([("is_anonymous", .number(1, kind: .uint16))]))
    let (other, known) = (try TemporaryFile(writer.bytes(kind: "Test-Anonymous")), try TemporaryFile(countries()))
    let geo = try GeoDatabase.open([other.path, known.path])
    #expect(geo.silentKinds == [])
    #expect(try geo.place(of: address("1.0.0.7")).description == "AU")
    #expect(geo.silentKinds == ["Test-Anonymous"])
}

@Test func `of two files that say the same the first counts`() throws {
    var writer = MaxMindWriter()
    try writer.add(network("1.0.0.0/8"), .map([("country", .map([("iso_code", .text("US"))]))]))
    let (wide, narrow) = (try TemporaryFile(writer.bytes(kind: "Wide")), try TemporaryFile(countries()))
    #expect(try GeoDatabase.open([wide.path, narrow.path]).place(of: address("1.0.0.1")).countryCode == "US")
    #expect(try GeoDatabase.open([narrow.path, wide.path]).place(of: address("1.0.0.1")).countryCode == "AU")
}

@Test func `what is no MaxMind file is an error that says so`() throws {
    func text(_ path: String) -> String {
        do throws(GeoError) {
            _ = try GeoDatabase.open([path])
            return ""
        } catch { return error.text }
    }
    #expect(text("/no/such.mmdb").hasPrefix("/no/such.mmdb: "))
    let empty = try TemporaryFile([])
    #expect(text(empty.path).hasPrefix(empty.path))
    let other = try TemporaryFile(Array("1.0.0.0/24,AU\n".utf8))
    #expect(text(other.path).contains("metadata"))
    let half = try TemporaryFile(Array(countries().suffix(300)))
    #expect(!text(half.path).isEmpty)
    #expect(text(FileManager.default.temporaryDirectory.path).contains("cannot be read"))
}

@Test func `no damage to a file does more than an error or an unknown place`() throws {
    let whole = try countries()
    let addresses = try ["1.0.0.1", "45.9.1.1", "200.1.1.1", "2a01:4f8::1", "::1"].map(address)
    var damaged: [[UInt8]] = stride(from: 0, to: whole.count, by: 7).map { Array(whole.prefix($0)) }
    for place in whole.indices {
        for value in [0, 0xff, whole[place] ^ 0x20] as [UInt8] {
            var copy = whole
            copy[place] = value
            damaged.append(copy)
        }
    }
    var refused = 0
    var unsound = 0
    for bytes in damaged {
        let file = try TemporaryFile(bytes)
        guard let geo = try? GeoDatabase.open([file.path]) else {
            refused += 1
            continue
        }
        for address in addresses { _ = geo.place(of: address) }
        unsound += geo.damagedCount
    }
    #expect(refused > 0 && unsound > 0)
}

@Test func `outside hosts of flows are looked up, once, and places of incidents told`() throws {
    let file = try TemporaryFile(countries())
    let geo = try GeoDatabase.open([file.path])
    var flow = Flow(
        source: try address("1.0.0.1"), destination: try address("1.0.0.2"), start: Timestamp(seconds: 0),
        transport: .tcp)
    (flow.sourceHost, flow.destinationHost) = (HostID(rawValue: 1), HostID(rawValue: 2))
    flow.traits = .sourceIsHome
    var places = HostPlaces()
    let flows = [flow]
    geo.locate(flows.span, 0..<1, &places)
    #expect(places[HostID(rawValue: 1)] == .unknown)
    #expect(places[HostID(rawValue: 2)].countryCode == "AU")
    places.meet(HostID(rawValue: 2)) { Place(country: 1) }
    #expect(places[HostID(rawValue: 2)].countryCode == "AU")
    var gone = HostSet()
    gone.insert(HostID(rawValue: 2))
    places.forget(gone)
    #expect(places[HostID(rawValue: 2)] == .unknown)
    let incident = Incident(
        id: "", subject: HostKey(try address("10.0.0.1")), probability: 0.5, logOdds: 0, severity: .low,
        category: .anomaly,
        span: Window(start: flow.start, end: flow.start), flows: 1, parts: [],
        peers: [flow.destination, try address("9.9.9.9")], samples: [])
    let located = geo.located(incident, home: HomeNetworks(networks: []))
    #expect(located.places.mapValues(\.description) == [flow.destination: "AU"])
}
