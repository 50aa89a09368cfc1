internal import FlowModel

/// Numbers in network order.
extension [UInt8] {
    mutating func append(bigEndian number: UInt16) {
        append(UInt8(truncatingIfNeeded: number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }

    mutating func append(bigEndian number: UInt32) {
        append(bigEndian: UInt16(truncatingIfNeeded: number >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: number))
    }

    mutating func append(bigEndian number: UInt64) {
        append(bigEndian: UInt32(truncatingIfNeeded: number >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: number))
    }

    /// Appends 4 bytes of an IPv4 address, 16 of another.
    mutating func append(bigEndian address: IPAddress) {
        if let v4 = address.v4 { return append(bigEndian: v4) }
        append(bigEndian: address.high)
        append(bigEndian: address.low)
    }

    /// Overwrites two bytes.
    mutating func set(_ number: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: number >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: number)
    }
}
