/// How the blocks of an nfdump file are packed.
package enum NfdumpCompression: UInt8, Sendable {
    case none, lzo, bzip2, lz4, zstd
}

/// What stands in front of the blocks of an nfdump file.
struct NfdumpHeader: Sendable {
    static let blockHeaderLength = 12
    /// So many bytes tell what is needed of the header.
    static let recognizable = 18
    /// 12 bytes, an ident of 128 and statistics of 136.
    private static let layout1Length = 276
    private static let magic: UInt16 = 0xa50c
    private static let layout2Length = 40

    let compression: NfdumpCompression
    /// Where the first block starts.
    let length: Int

    /// The header of a file; nil where it is not nfdump's, of another layout or encrypted.
    init?(of bytes: RawSpan) {
        guard bytes.byteCount >= Self.recognizable, bytes.little16(at: 0) == Self.magic else { return nil }
        switch bytes.little16(at: 2) {
        case 1:
            length = Self.layout1Length
            let flags = bytes.little32(at: 4)
            compression = flags & 1 != 0 ? .lzo : flags & 8 != 0 ? .bzip2 : flags & 16 != 0 ? .lz4 : .none
        case 2:
            length = Self.layout2Length
            guard let packed = NfdumpCompression(rawValue: bytes.uint8(at: 16)), bytes.uint8(at: 17) == 0 else {
                return nil
            }
            compression = packed
        default: return nil
        }
    }
}
