import Testing

@testable import FlowFormats
@testable import FlowModel

/// Bytes of packets.
enum Packets {
    static let macs = [UInt8](repeating: 2, count: 12)
    static let ethernet = macs + [0x08, 0x00]
    static let tcp = Wire.make { wire in
        wire.u16(50_000, 443)
        wire.u64(0)
        wire.u8(0x50, 0x12, 0, 0, 0, 0, 0, 0)
    }

    static func v4(
        from source: String = "10.0.0.1", to destination: String = "192.0.2.1", length: UInt16 = 40,
        transport: UInt8 = 6,
        fragment: UInt16 = 0
    ) -> [UInt8] {
        Wire.make { wire in
            wire.u8(0x45, 0)
            wire.u16(length, 1, fragment)
            wire.u8(64, transport, 0, 0)
            wire.address(source)
            wire.address(destination)
        }
    }

    static func v6(next: UInt8 = 6, payload: UInt16 = 20) -> [UInt8] {
        Wire.make { wire in
            wire.u32(0x6000_0000)
            wire.u16(payload)
            wire.u8(next, 64)
            wire.address("2001:db8::1")
            wire.address("2001:db8::2")
        }
    }
}

/// What is in front of a packet, and what is inside it.
struct PacketHeaderTests {
    static func read(_ bytes: [UInt8], _ link: PacketHeader.Link = .ethernet) -> PacketHeader? {
        // In the middle of other bytes, as in a sample.
        let around = [UInt8](repeating: 0x45, count: 16)
        let all = around + bytes + around
        return PacketHeader(all.span.bytes, from: 16, to: 16 + bytes.count, link: link, frameLength: bytes.count)
    }

    static let ip = Packets.v4() + Packets.tcp
    static let labels: [UInt8] = [0, 1, 0, 64, 0, 2, 1, 64]
    static let framings: [(bytes: [UInt8], link: PacketHeader.Link)] = [
        (Packets.ethernet + ip, .ethernet),
        (ip, .ip),
        (Packets.macs + [0x81, 0, 0, 5, 0x08, 0] + ip, .ethernet),
        (Packets.macs + [0x88, 0xa8, 0, 9, 0x81, 0, 0, 5, 0x08, 0] + ip, .ethernet),
        (Packets.macs + [0x88, 0x64, 0x11, 0, 0, 1, 0, 42, 0, 0x21] + ip, .ethernet),
        (Packets.macs + [0x88, 0x47] + labels + ip, .ethernet),
        (Packets.macs + [0x88, 0x47] + labels + [0, 0, 0, 0] + Packets.ethernet + ip, .ethernet),
        (Packets.macs + [0, 50, 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0] + ip, .ethernet),
        (labels + ip, .mpls),
        ([0, 0x21] + ip, .ppp),
        ([0xff, 3, 0, 0x21] + ip, .ppp),
        ([0x21] + ip, .ppp),
        (Packets.v4(from: "1.1.1.1", to: "2.2.2.2", transport: 4) + ip, .ip),
        (Packets.v6(next: 4) + ip, .ip),
        (Packets.v4(transport: 47) + [0, 0, 8, 0] + ip, .ip),
        (Packets.v4(transport: 47) + [0xb0, 0, 8, 0] + [UInt8](repeating: 1, count: 12) + ip, .ip),
        (Packets.v4(transport: 47) + [0, 0, 0x65, 0x58] + Packets.ethernet + ip, .ip),
    ]

    @Test(arguments: framings.indices) func `a packet is found in every framing`(index: Int) throws {
        let packet = try #require(Self.read(Self.framings[index].bytes, Self.framings[index].link))
        #expect(packet.source == IPAddress("10.0.0.1"))
        #expect(packet.destination == IPAddress("192.0.2.1"))
        #expect(packet.sourcePort == 50_000)
        #expect(packet.destinationPort == 443)
        #expect(packet.flags == 0x12)
        #expect(packet.length == 40)
    }

    static let extensions: [[UInt8]] = [
        Packets.v6() + Packets.tcp,
        Packets.v6(next: 0) + [6, 0, 0, 0, 0, 0, 0, 0] + Packets.tcp,
        Packets.v6(next: 43) + [60, 1] + [UInt8](repeating: 0, count: 14) + [6, 0, 0, 0, 0, 0, 0, 0] + Packets.tcp,
        Packets.v6(next: 44) + [6, 0, 0, 1, 0, 0, 0, 1] + Packets.tcp,
        Packets.v6(next: 51) + [6, 4] + [UInt8](repeating: 0, count: 22) + Packets.tcp,
    ]

    @Test(arguments: extensions) func `IPv6 extension headers are gone through`(bytes: [UInt8]) throws {
        let packet = try #require(Self.read(bytes, .ip))
        #expect(packet.source == IPAddress("2001:db8::1"))
        #expect(packet.transport == .tcp)
        #expect(packet.destinationPort == 443)
    }

    @Test func `fragments behind the first have no ports`() {
        let v4 = Self.read(Packets.v4(fragment: 185) + Packets.tcp, .ip)
        #expect(v4?.destinationPort == 0)
        #expect(v4?.transport == .tcp)
        let v6 = Self.read(Packets.v6(next: 44) + [6, 0, 0, 9, 0, 0, 0, 1] + Packets.tcp, .ip)
        #expect(v6?.destinationPort == 0)
        #expect(v6?.transport == .tcp)
    }

    @Test func `ICMP has its type and code for a port`() {
        #expect(Self.read(Packets.v4(transport: 1) + [3, 1, 0, 0], .ip)?.destinationPort == 0x0301)
        #expect(Self.read(Packets.v6(next: 58) + [128, 0, 0, 0], .ip)?.destinationPort == 0x8000)
    }

    @Test func `a length of 0 is that of the frame`() {
        #expect(Self.read(Packets.ethernet + Packets.v4(length: 0) + Packets.tcp)?.length == 40)
    }

    @Test func `a packet cut off anywhere gives what is left, or nothing`() {
        for (bytes, link) in Self.framings {
            for length in 0..<bytes.count { _ = Self.read(Array(bytes.prefix(length)), link) }
        }
        // Ports of which no byte is left are not read from what stands behind.
        #expect(Self.read(Packets.v4(), .ip)?.sourcePort == 0)
        #expect(Self.read(Array(Packets.v4().dropLast()), .ip) == nil)
    }

    @Test func `tunnels in tunnels end`() {
        var bytes = Self.ip
        for _ in 0..<20 { bytes = Packets.v4(from: "1.1.1.1", transport: 4) + bytes }
        #expect(Self.read(bytes, .ip)?.source == IPAddress("1.1.1.1"))
    }
}
