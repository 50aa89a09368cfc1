import CZlib

/// gzip (RFC 1952), of one member or several.
final class GzipDecompressor: Decompressor {
    static let name = "gzip"
    static let magic: [UInt8] = [0x1f, 0x8b]

    private(set) var isInside = true
    /// zlib keeps the stream's address, so the stream must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init?() {
        stream.initialize(to: z_stream())
        guard lapwing_inflate_init(stream) == Z_OK else { return nil }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func step(
        _ source: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> DecompressionStep {
        var padding = 0
        if !isInside {
            // Zero bytes behind the last member are padding; anything else begins another.
            while padding < source.count, source[padding] == 0 { padding += 1 }
            if padding == source.count { return DecompressionStep(taken: padding, given: 0) }
            inflateReset(stream)
        }
        stream.pointee.next_in = source.baseAddress.map { $0 + padding }
        stream.pointee.avail_in = UInt32(source.count - padding)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(target.count)
        let status = inflate(stream, Z_NO_FLUSH)
        isInside = status != Z_STREAM_END
        return DecompressionStep(
            taken: source.count - Int(stream.pointee.avail_in), given: target.count - Int(stream.pointee.avail_out),
            isDamaged: status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
    }
}
