internal import FlowModel

/// Numbers in network order. A read that does not lie wholly inside the span gives 0, so none of them can trap.
extension RawSpan {
    @inline(__always)
    private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: Number.Type) -> Number {
        let size = MemoryLayout<Number>.size
        // A negative offset is a huge one here.
        guard UInt(bitPattern: offset) <= UInt(bitPattern: byteCount &- size), byteCount >= size else { return 0 }
        return Number(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Number.self))
    }

    @inline(__always) func uint8(at offset: Int) -> UInt8 { load(offset, UInt8.self) }
    @inline(__always) func uint16(at offset: Int) -> UInt16 { load(offset, UInt16.self) }
    @inline(__always) func uint32(at offset: Int) -> UInt32 { load(offset, UInt32.self) }
    @inline(__always) func uint64(at offset: Int) -> UInt64 { load(offset, UInt64.self) }

    /// An IPv4 address.
    @inline(__always) func v4(at offset: Int) -> IPAddress { IPAddress(v4: uint32(at: offset)) }

    /// An IPv6 address; an IPv4-mapped one equals the IPv4 address.
    @inline(__always) func v6(at offset: Int) -> IPAddress {
        IPAddress(high: uint64(at: offset), low: uint64(at: offset + 8))
    }

    /// Whether every byte of a range is 0, as padding is. The part of the range beyond the end counts as 0.
    func isZero(_ range: Range<Int>) -> Bool {
        for offset in range where uint8(at: offset) != 0 { return false }
        return true
    }
}
