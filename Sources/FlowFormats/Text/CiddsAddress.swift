import FlowModel

/// The stand-ins that CIDDS has for public addresses, as addresses of the documentation range 2001:db8::/32.
enum CiddsAddress {
    /// `10024_34` (a network and a host in it) is 2001:db8::2728:22; a name such as `EXT_SERVER` is hashed into
    /// 2001:db8:1::/64. Nil for anything else.
    static func address(_ text: Span<UInt8>) -> IPAddress? {
        guard text.count >= 3, text.count <= 32 else { return nil }
        if let bar = text.first(UInt8(ascii: "_"), from: 0), bar <= 6,
            let network = try? Field.unsigned(text.extracting(0..<bar)),
            let host = try? Field.unsigned(text.extracting(bar + 1..<text.count)), host < 256
        {
            return IPAddress(high: 0x2001_0db8_0000_0000, low: network << 16 | host)
        }
        // FNV-1a: the same in every process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in text.indices {
            let byte = text[index]
            guard (0x41...0x5a).contains(byte) || byte == UInt8(ascii: "_") || index > 0 && byte &- 0x30 <= 9 else {
                return nil
            }
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return IPAddress(high: 0x2001_0db8_0001_0000, low: hash)
    }
}
