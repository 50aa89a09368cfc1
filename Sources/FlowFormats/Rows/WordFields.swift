import FlowModel

/// Fields of text read eight bytes at a time, without a branch a character.
///
/// For rows as nearly all are: each function gives nil where a field is anything else, and the general parser of
/// `Field` then says what it is or what is wrong with it. Sources: Lemire 2021, "Faster integer parsing"; Mula 2018,
/// "SWAR find byte".
struct WordFields: ~Escapable {
    /// How many bytes must stand behind a position that is read at.
    static let reach = 16

    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes.bytes }

    /// The whole number of 1 to 15 digits at `position`, and where it ends.
    @inline(__always)
    func number(at position: Int) -> (value: UInt64, end: Int)? {
        let word = load(position) ^ Self.zeros
        let others = Self.notDigits(word)
        if others != 0 {
            let count = others.trailingZeroBitCount >> 3
            if count == 0 { return nil }
            return (Self.decimal(word &<< UInt64(64 - 8 * count)), position &+ count)
        }
        let more = load(position &+ 8) ^ Self.zeros
        let moreOthers = Self.notDigits(more)
        if moreOthers == 0 { return nil }
        let count = moreOthers.trailingZeroBitCount >> 3
        var value = Self.decimal(word)
        if count > 0 {
            for _ in 0..<count { value &*= 10 }
            value &+= Self.decimal(more &<< UInt64(64 - 8 * count))
        }
        return (value, position &+ 8 &+ count)
    }

    /// The dotted IPv4 address at `position`, and where it ends.
    @inline(__always)
    func addressV4(at position: Int) -> (address: UInt32, end: Int)? {
        let low = Self.notDigits(load(position) ^ Self.zeros)
        let high = Self.notDigits(load(position &+ 8) ^ Self.zeros)
        var marks = Self.bits(low) | Self.bits(high) << 8
        var address: UInt32 = 0
        var start = 0
        var bad = false
        for place in 0..<4 {
            let end = marks.trailingZeroBitCount
            marks &= marks &- 1
            let count = end &- start
            // Also where there is no mark: the end is then 64.
            if UInt(bitPattern: count &- 1) > 2 { return nil }
            if place < 3 { bad = bad || byte(position &+ end) != UInt8(ascii: ".") }
            let digits = bytes.unsafeLoadUnaligned(fromByteOffset: position &+ start, as: UInt32.self) ^ 0x3030_3030
            let aligned = digits &<< UInt32(32 - 8 * count)
            let octet = (aligned >> 24) &+ ((aligned >> 16) & 0xff) &* 10 &+ ((aligned >> 8) & 0xff) &* 100
            bad = bad || octet > 255
            address = address << 8 | octet & 0xff
            start = end &+ 1
        }
        return bad ? nil : (address, position &+ start &- 1)
    }

    /// Where the next comma is within sixteen bytes.
    @inline(__always)
    func comma(from position: Int) -> Int? {
        var marks = Self.zeroBytes(load(position) ^ 0x2c2c_2c2c_2c2c_2c2c)
        if marks != 0 { return position &+ marks.trailingZeroBitCount >> 3 }
        marks = Self.zeroBytes(load(position &+ 8) ^ 0x2c2c_2c2c_2c2c_2c2c)
        return marks == 0 ? nil : position &+ 8 &+ marks.trailingZeroBitCount >> 3
    }

    /// The byte at `position`.
    @inline(__always)
    func byte(_ position: Int) -> UInt8 { bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) }

    /// Little-endian whatever the machine: the first character is the lowest byte. Bounds are checked.
    @inline(__always)
    private func load(_ position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    private static let zeros: UInt64 = 0x3030_3030_3030_3030
    private static let topBits: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of every byte that is over 9.
    @inline(__always)
    private static func notDigits(_ word: UInt64) -> UInt64 {
        ((word & ~topBits) &+ 0x7676_7676_7676_7676 | word) & topBits
    }

    /// The top bit of every byte that is 0.
    @inline(__always)
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        ~((word & ~topBits) &+ ~topBits | word | ~topBits)
    }

    /// The top bits of the eight bytes as eight bits, the first byte's lowest.
    @inline(__always)
    private static func bits(_ tops: UInt64) -> UInt64 { ((tops >> 7) &* 0x0102_0408_1020_4080) >> 56 }

    /// Eight digits, the first in the lowest byte, as a number.
    @inline(__always)
    private static func decimal(_ digits: UInt64) -> UInt64 {
        let pairs = ((digits &* 2561) >> 8) & 0x00ff_00ff_00ff_00ff
        let fours = ((pairs &* 6_553_601) >> 16) & 0x0000_ffff_0000_ffff
        return (fours &* 42_949_672_960_001) >> 32
    }
}
