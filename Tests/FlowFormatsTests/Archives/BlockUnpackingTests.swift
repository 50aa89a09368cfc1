import Testing

@testable import FlowFormats

/// Blocks of LZ4 and LZO1X, packed by hand.
struct BlockUnpackingTests {
    static func lz4(_ bytes: [UInt8], limit: Int = 1 << 20) -> String? {
        var output: [UInt8] = [1]
        return LZ4Block.unpack(bytes.span.bytes, into: &output, limit: limit)
            ? String(decoding: output, as: UTF8.self) : nil
    }

    static func lzo(_ bytes: [UInt8], limit: Int = 1 << 20) -> String? {
        var output: [UInt8] = [1]
        return LZOBlock.unpack(bytes.span.bytes, into: &output, limit: limit)
            ? String(decoding: output, as: UTF8.self) : nil
    }

    static let hello = Array("hello".utf8)

    @Test func `LZ4: literals, a match, a match of itself, long lengths`() {
        #expect(Self.lz4([0x50] + Self.hello) == "hello")
        #expect(Self.lz4([0x51] + Self.hello + [5, 0, 0x10, 33]) == "hellohello!")
        #expect(Self.lz4([0x14, 97, 1, 0, 0x10, 98]) == "aaaaaaaaab")
        #expect(Self.lz4([0x1f, 97, 1, 0, 255, 1, 0x10, 98]) == String(repeating: "a", count: 1 + 19 + 256) + "b")
        #expect(Self.lz4([0xf0, 2] + [UInt8](repeating: 97, count: 17)) == String(repeating: "a", count: 17))
    }

    @Test func `LZ4: damage is said`() {
        // Literals that are not there, a match before the start, at no distance, a length that does not end.
        #expect(Self.lz4([0x50, 104]) == nil)
        #expect(Self.lz4([0x11, 97, 2, 0, 0]) == nil)
        #expect(Self.lz4([0x11, 97, 0, 0, 0]) == nil)
        #expect(Self.lz4([0xf0, 255, 255]) == nil)
        #expect(Self.lz4([0x1f, 97, 1, 0, 255, 1, 0x10, 98], limit: 100) == nil)
    }

    static let end: [UInt8] = [0x11, 0, 0]

    @Test func `LZO: literals and matches of every kind`() {
        #expect(Self.lzo([22] + Self.hello + Self.end) == "hello")
        // 5 bytes from 5 back, then two literals.
        #expect(Self.lzo([22] + Self.hello + [0x92, 0, 33, 33] + Self.end) == "hellohello!!")
        // 3 bytes from 5 back.
        #expect(Self.lzo([22] + Self.hello + [0x50, 0] + Self.end) == "hellohel")
        // 2 + 4 bytes from 5 back by a longer distance.
        #expect(Self.lzo([22] + Self.hello + [0x24, 16, 0] + Self.end) == "hellohelloh")
        // A length beyond 31: 2 + 31 + 7.
        #expect(Self.lzo([18, 97] + [0x20, 7, 0, 0] + Self.end) == String(repeating: "a", count: 41))
        // Two bytes after one to three literals; a run of literals after none.
        #expect(
            Self.lzo([22] + Self.hello + [0x91, 0, 33, 0x00, 0] + [1, 97, 98, 99, 100] + Self.end)
                == "hellohello!!!abcd")
        // A run of 3 + 15 + 1 at the start.
        #expect(Self.lzo([0, 1] + [UInt8](repeating: 97, count: 19) + Self.end) == String(repeating: "a", count: 19))
    }

    @Test func `LZO: damage is said`() {
        #expect(Self.lzo([]) == nil)
        #expect(Self.lzo([22] + Self.hello) == nil)
        #expect(Self.lzo([22, 104]) == nil)
        #expect(Self.lzo([22] + Self.hello + [0x98, 0] + Self.end) == nil)
        #expect(Self.lzo([22] + Self.hello + Self.end + [0]) == nil)
        #expect(Self.lzo([18, 97] + [0x20, 0, 0, 0, 0, 0]) == nil)
        #expect(Self.lzo([18, 97] + [0x20, 7, 0, 0] + Self.end, limit: 40) == nil)
    }
}
