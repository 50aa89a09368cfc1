import FlowEnrich
import FlowMath
import FlowModel
import Foundation
import Testing

private let feed = Feed(name: "test", confidence: 1, updated: Timestamp(seconds: 0), maximumAge: 1)

private func read(_ text: String, minimumCount: Int = 0) -> Blocklist {
    Blocklist(feed: feed, text: Array(text.utf8).span, minimumCount: minimumCount)
}

@Test(arguments: [
    ("# FireHOL netset\n1.2.3.4\r\n\n5.6.0.0/16\n", ["1.2.3.4/32", "5.6.0.0/16"]),
    ("; Spamhaus DROP List 2026/01/01\n5.8.37.0/24 ; SBL1234\n", ["5.8.37.0/24"]),
    ("8.8.8.1#4#2#Malicious Host#US#City#37.75,-122.4#3\n", ["8.8.8.1/32"]),
    ("# IP\tnumber\n77.90.185.20\t10\n77.90.185.21\t1", ["77.90.185.20/32", "77.90.185.21/32"]),
    ("9.9.9.1,9.9.9.2,9.9.8.0/24\n", ["9.9.9.1/32", "9.9.9.2/32", "9.9.8.0/24"]),
    (
        "# Feodo\n\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\"\n"
            + "\"2026-01-02 10:00:00\",\"45.9.1.2\",\"443\",\"online\"\n", ["45.9.1.2/32"]
    ),
    ("  2a01:4f8::1 \n2a0b:1234::/32\t; SBL9\n45.9.1.2:8080\n", ["2a01:4f8::1/128", "2a0b:1234::/32", "45.9.1.2/32"]),
    ("5.6.7.8/16\n", ["5.6.0.0/16"]),
    (
        "{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL2\"}\n{\"cidr\":\"2a06:e480::/29\"}",
        ["1.10.16.0/20", "2a06:e480::/29"]
    ),
    ("[\"45.9.1.2\",\"45.9.1.3\"]\n", ["45.9.1.2/32", "45.9.1.3/32"]),
    (
        " [ {\"ip\":\"45.9.1.2\"},{\"ip\":\"45.9.1.3\"}]\n {\"ip\":\"45.9.1.4\"}",
        ["45.9.1.2/32", "45.9.1.3/32", "45.9.1.4/32"]
    ),
    ("\u{feff}45.9.1.2\n", ["45.9.1.2/32"]),
    (
        "\"2026-01-02\", \"45.9.1.2:443\"\n[2a01:4f8::1]\n[2a01:4f8::2]:443\n",
        ["45.9.1.2/32", "2a01:4f8::1/128", "2a01:4f8::2/128"]
    ),
])
func `every usual format gives its networks and no bad line`(text: String, networks: [String]) {
    let list = read(text)
    #expect(list.networks.map(\.description) == networks)
    #expect(list.badCount == 0)
}

@Test func `bad lines are counted and told by number`() {
    let list = read("# list\n1.2.3.4\nhello\n1.2.3.4/33\n1.2.3/24\n\n1.2.3.5\n1.2.3.4/\n::1::\n")
    #expect(list.networks.count == 2)
    #expect(list.badCount == 5)
    #expect(list.badLines.map(\.number) == [3, 4, 5, 8, 9])
    #expect(list.badLines.first?.excerpt == "hello")
}

@Test func `ranges, rows of names below the first, and objects without an address are bad lines`() {
    let list = read("45.9.1.0\t45.9.1.255\t24\n45.9.1.0 - 45.9.1.255\n45.9.1.0-45.9.1.9\n[2a01::1\n[\n[]\n")
    #expect(list.networks.map(\.description) == ["2a01::1/128"] && list.badCount == 5)
    let objects = read("{\"type\":\"metadata\",\"size\":2}\n{\n{\"\n")
    #expect(objects.networks.isEmpty && objects.badCount == 3)
    let names = read("\"first\",\"second\"\n\"third\",\"fourth\"\n9.9.9.9\n")
    #expect(names.networks.count == 1 && names.badCount == 1)
}

@Test func `mistakes as wide as a continent and rare addresses are left out and counted`() {
    let list = read("0.0.0.0/0\n64.0.0.0/2\n8.0.0.0/7\n::/0\n2000::/3\n224.0.0.0/3\n1.0.0.0/8\n")
    #expect(list.tooWideCount == 5)
    #expect(list.networks.map(\.description) == ["224.0.0.0/3", "1.0.0.0/8"])
    let counted = read("1.2.3.4\t1\n1.2.3.5\t3\n1.2.3.6\n", minimumCount: 3)
    #expect(counted.networks.map(\.description) == ["1.2.3.5/32", "1.2.3.6/32"])
    #expect(counted.rareCount == 1)
}

@Test func `no bytes trap the reader`() {
    var random = SeededGenerator(seed: 7)
    let alphabet = Array("0123456789abcdef.:/,;#\"\t \r\n\u{0}-[]{}".utf8) + [0xff, 0x80]
    for round in 0..<3000 {
        let bytes = (0..<60).map { _ in alphabet[random.below(alphabet.count)] }
        let list = Blocklist(feed: feed, text: bytes.span)
        if round % 100 == 0 { _ = BlocklistTable([list], home: [], allowed: []) }
    }
}

private func table(_ texts: String..., home: [String] = [], allowed: [String] = []) -> BlocklistTable {
    BlocklistTable(
        texts.map { read($0) }, home: home.compactMap { Network($0) }, allowed: allowed.compactMap { Network($0) })
}

private func set(_ table: BlocklistTable, _ address: String) -> UInt64 {
    table.set(of: IPAddress(address) ?? .unspecified)
}

@Test func `an address is on the feeds whose networks hold it, at both ends of each`() {
    let table = table("1.2.0.0/15\n1.2.3.4\n2a01:4f8::/32", "1.2.3.0/24\n255.0.0.1\n2a01:4f8::7")
    #expect(set(table, "1.1.255.255") == 0)
    #expect(set(table, "1.2.0.0") == 0b01)
    #expect(set(table, "1.2.3.0") == 0b11)
    #expect(set(table, "1.2.3.255") == 0b11)
    #expect(set(table, "1.2.4.0") == 0b01)
    #expect(set(table, "1.3.255.255") == 0b01)
    #expect(set(table, "1.4.0.0") == 0)
    #expect(set(table, "2a01:4f7:ffff:ffff:ffff:ffff:ffff:ffff") == 0)
    #expect(set(table, "2a01:4f8::6") == 0b01)
    #expect(set(table, "2a01:4f8::7") == 0b11)
    #expect(set(table, "2a01:4f8:ffff:ffff:ffff:ffff:ffff:ffff") == 0b01)
    #expect(set(table, "2a01:4f9::") == 0)
    #expect(set(table, "::ffff:1.2.3.4") == 0b11)
}

@Test func `what is not public, at home or allowed is on no list, also in part`() {
    let table = table(
        "10.0.0.0/8\n224.0.0.0/3\n127.0.0.1\n192.168.1.1\nfe80::1\nff02::1\n9.9.0.0/16\n8.8.8.8\n8.8.4.4\n2001:db8::1",
        home: ["9.9.9.0/24"], allowed: ["8.8.8.8"])
    for address in ["10.1.2.3", "224.0.0.1", "255.255.255.255", "127.0.0.1", "192.168.1.1", "fe80::1", "ff02::1"] {
        #expect(set(table, address) == 0, "\(address)")
    }
    #expect(set(table, "9.9.8.255") == 1)
    #expect(set(table, "9.9.9.0") == 0)
    #expect(set(table, "9.9.9.255") == 0)
    #expect(set(table, "9.9.10.0") == 1)
    #expect(set(table, "8.8.8.8") == 0)
    #expect(set(table, "8.8.4.4") == 1)
    #expect(table.exemptCounts == [[7, 1, 1]])
}

@Test func `the look-up agrees with a search through all networks`() {
    var random = SeededGenerator(seed: 3)
    // A corner of each family, so that networks overlap.
    func address() -> IPAddress {
        random.below(2) == 0
            ? IPAddress(v4: 0x0101_0000 + UInt32(random.below(1 << 18)))
            : IPAddress(high: 0x2a01_0000_0000_0000 + UInt64(random.below(1 << 12)), low: UInt64(random.below(16)))
    }
    let lists = (0..<3).map { _ in
        let networks = (0..<60).map { _ in
            let address = address()
            return Network(address, bits: address.isV4 ? 96 + 12 + random.below(21) : 48 + random.below(81))
        }
        return read(networks.map(\.description).joined(separator: "\n"))
    }
    let table = BlocklistTable(lists, home: [], allowed: [])
    for _ in 0..<20_000 {
        let asked = address()
        var expected: UInt64 = 0
        for (bit, list) in lists.enumerated() where list.networks.contains(where: { $0.contains(asked) }) {
            expected |= 1 << UInt64(bit)
        }
        #expect(table.set(of: asked) == expected, "\(asked)")
    }
}

@Test(arguments: [true, false]) func `a part of the space with very many networks is looked up as well`(isV4: Bool) {
    // Every third address of a /16, or every third /48 of one: more than an index by 16 bits alone tells apart.
    func address(_ number: Int) -> IPAddress {
        isV4
            ? IPAddress(v4: 0x0101_0000 + UInt32(number))
            : IPAddress(high: 0x2a01_0000_0000_0000 + UInt64(number) << 16, low: 5)
    }
    let networks = (0..<6000).map { Network(address($0 * 3), bits: isV4 ? 128 : 48).description }
    let table = BlocklistTable([read(networks.joined(separator: "\n"))], home: [], allowed: [])
    #expect(table.rangeCount == 6000)
    for number in 0..<18_010 {
        #expect((table.set(of: address(number)) != 0) == (number % 3 == 0 && number < 18_000), "\(address(number))")
    }
}

/// Real files to try everything on; they are not part of the project.
private let realFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data").path

@Test(
    .enabled(if: FileManager.default.fileExists(atPath: realFolder)),
    arguments: [
        ("blocklists/firehol_level1.netset", 16_569), ("blocklists/feodo.ipset", 666),
        ("blocklists/spamhaus_drop.netset", 764), ("seed/blacklist_ips.csv", 100),
    ])
func `real lists are read whole`(name: String, least: Int) throws {
    let bytes = try Array(Data(contentsOf: URL(filePath: realFolder + "/" + name)))
    let list = Blocklist(feed: feed, text: bytes.span)
    #expect(list.badCount == 0)
    #expect(list.tooWideCount == 0)
    #expect(list.networks.count >= least)
}
