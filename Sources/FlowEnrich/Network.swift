public import FlowModel

/// A network by its prefix, IPv4 or IPv6: `10.0.0.0/8`, `2001:db8::/32`.
public struct Network: Hashable, Sendable {
    /// The first address.
    public let base: IPAddress
    /// Leading bits that count, of 128; an IPv4 prefix of n bits is 96 + n.
    public let bits: Int

    /// The network of an address and the leading bits of 128 that count.
    public init(_ address: IPAddress, bits: Int) {
        self.bits = min(max(bits, 0), 128)
        let mask = Self.mask(self.bits)
        base = IPAddress(high: address.high & mask.high, low: address.low & mask.low)
    }

    /// The network written as `text`: an address, or an address, a slash and the prefix length; nil if it is neither.
    public init?(_ text: String) { self.init(text: Array(text.utf8).span) }

    /// The network written in `text`, as above. Cost: O(length), no allocation.
    public init?(text: Span<UInt8>) {
        var slash = 0
        while slash < text.count, text[slash] != UInt8(ascii: "/") { slash += 1 }
        guard let address = IPAddress(text: text.extracting(0..<slash)) else { return nil }
        let width = address.isV4 ? 32 : 128
        var length = width
        if slash < text.count {
            guard (slash + 2...slash + 4).contains(text.count) else { return nil }
            length = 0
            for index in slash + 1..<text.count {
                let digit = Int(text[index]) - 0x30
                guard (0...9).contains(digit) else { return nil }
                length = length * 10 + digit
            }
            guard length <= width else { return nil }
        }
        self.init(address, bits: length + 128 - width)
    }

    /// Whether `address` lies in the network.
    public func contains(_ address: IPAddress) -> Bool {
        let mask = Self.mask(bits)
        return address.high & mask.high == base.high && address.low & mask.low == base.low
    }

    static func mask(_ bits: Int) -> (high: UInt64, low: UInt64) {
        let high: UInt64 = bits >= 64 ? .max : bits == 0 ? 0 : ~(.max >> UInt64(bits))
        let low: UInt64 = bits >= 128 ? .max : bits <= 64 ? 0 : ~(.max >> UInt64(bits - 64))
        return (high, low)
    }
}

extension Network: CustomStringConvertible {
    public var description: String {
        base.isV4 && bits >= 96 ? "\(base)/\(bits - 96)" : "\(base)/\(bits)"
    }
}
