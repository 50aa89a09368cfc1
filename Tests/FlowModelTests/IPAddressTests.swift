import FlowModel
import Testing

@Test(arguments: [
    "0.0.0.0", "255.255.255.255", "10.201.3.40", "::", "::1", "2001:db8::1", "fe80::74:a6ed:d0dd:53e7",
    "1:2:3:4:5:6:7:8", "2001:db8:0:1::", "ff02::1:2", "1::8", "0:0:1::",
])
func `addresses survive being read and written`(text: String) {
    #expect(IPAddress(text)?.description == text)
}

@Test func `an IPv4-mapped address is the IPv4 address`() {
    #expect(IPAddress("::ffff:10.0.0.1") == IPAddress("10.0.0.1"))
    #expect(IPAddress("::FFFF:a00:1") == IPAddress("10.0.0.1"))
    #expect(IPAddress("10.0.0.1")?.v4 == 0x0a00_0001)
}

@Test func `RFC 5952 shortens the longest run of zeros, the first of equals`() {
    #expect(IPAddress("2001:0:0:1:0:0:0:1")?.description == "2001:0:0:1::1")
    #expect(IPAddress("2001:db8:0:0:1:0:0:1")?.description == "2001:db8::1:0:0:1")
    #expect(IPAddress("2001:db8:0:1:1:1:1:1")?.description == "2001:db8:0:1:1:1:1:1")
}

@Test(arguments: [
    "", ".", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "1..2.3", "a.b.c.d", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "g::1", "1:2:3:4:5:6:7:", "::1%eth0", "[::1]",
])
func `what is no address is refused`(text: String) {
    #expect(IPAddress(text) == nil)
}

@Test func `scopes follow the special-purpose registries`() {
    let expected: [(String, AddressScope)] = [
        ("8.8.8.8", .public), ("10.1.1.1", .private), ("172.16.0.1", .private), ("172.32.0.1", .public),
        ("192.168.1.1", .private), ("100.64.0.1", .private), ("169.254.1.1", .link), ("127.0.0.1", .link),
        ("224.0.0.251", .multicast), ("255.255.255.255", .broadcast), ("0.0.0.0", .reserved), ("::", .reserved),
        ("::1", .link), ("fe80::1", .link), ("fd00::1", .private), ("ff02::1", .multicast), ("2a00::1", .public),
        ("2001:db8::1", .reserved), ("240.0.0.1", .reserved), ("192.0.2.1", .reserved), ("198.51.100.7", .reserved),
        ("203.0.113.9", .reserved), ("203.0.112.9", .public), ("223.255.255.255", .public),
    ]
    for (text, scope) in expected {
        #expect(IPAddress(text)?.scope == scope, "\(text)")
        #expect(IPAddress(text)?.isPrivateOrLink == (scope == .private || scope == .link), "\(text)")
        #expect(IPAddress(text)?.isPublic == (scope == .public), "\(text)")
        #expect(IPAddress(text)?.isMulticast == (scope == .multicast), "\(text)")
    }
}
