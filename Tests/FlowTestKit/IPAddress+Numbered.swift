public import FlowModel

extension IPAddress {
    /// A host of the home network by its number: 10.0.0.0 + number, or fd00:: + number.
    public static func home(_ number: Int, isV6: Bool = false) -> IPAddress {
        isV6
            ? IPAddress(high: 0xfd00_0000_0000_0000, low: UInt64(number)) : IPAddress(v4: 0x0a00_0000 + UInt32(number))
    }

    /// A host of the outside by its number: 45.0.0.0 + number, or 2a00:: + number.
    public static func outside(_ number: Int, isV6: Bool = false) -> IPAddress {
        isV6
            ? IPAddress(high: 0x2a00_0000_0000_0000, low: UInt64(number)) : IPAddress(v4: 0x2d00_0000 + UInt32(number))
    }
}
