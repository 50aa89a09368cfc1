/// Numbers in the order of the machines that nfdump runs on. A read beyond the end gives 0.
extension RawSpan {
    @inline(__always) func little16(at offset: Int) -> UInt16 { uint16(at: offset).byteSwapped }
    @inline(__always) func little32(at offset: Int) -> UInt32 { uint32(at: offset).byteSwapped }
    @inline(__always) func little64(at offset: Int) -> UInt64 { uint64(at: offset).byteSwapped }
}
