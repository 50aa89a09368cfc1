/// An IPv4 or IPv6 address in 16 bytes, network order.
///
/// IPv4 is kept as the IPv4-mapped IPv6 address `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2), so both families share one
/// table and one comparison, and a mapped address read as text equals the plain IPv4 one.
public struct IPAddress: Hashable, Sendable, Comparable, BitwiseCopyable {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// An address of its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address of its 32 bits, `10.0.0.1` being 0x0a000001.
    public init(v4: UInt32) {
        self.init(high: 0, low: Self.v4Prefix | UInt64(v4))
    }

    static let v4Prefix: UInt64 = 0x0000_ffff_0000_0000

    /// `::`, which stands for "no address".
    public static let unspecified = IPAddress(high: 0, low: 0)

    /// Whether this is an IPv4 (or IPv4-mapped) address.
    @inlinable public var isV4: Bool { high == 0 && low >> 32 == 0xffff }

    /// The 32 bits of an IPv4 address; nil for IPv6.
    public var v4: UInt32? { isV4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// IPv4 before IPv6, each by value.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        let leftFamily = left.isV4 ? 0 : 1
        let rightFamily = right.isV4 ? 0 : 1
        return (leftFamily, left.high, left.low) < (rightFamily, right.high, right.low)
    }
}
