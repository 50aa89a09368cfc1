import CBzip2

/// bzip2, of one stream or several (as pbzip2 writes).
final class Bzip2Decompressor: Decompressor {
    static let name = "bzip2"
    static let magic = Array("BZh".utf8)

    private(set) var isInside = true
    /// libbz2 keeps the stream's address, so the stream must not move.
    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)

    init?() {
        stream.initialize(to: bz_stream())
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { return nil }
    }

    deinit {
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    func step(
        _ source: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> DecompressionStep {
        if !isInside {
            BZ2_bzDecompressEnd(stream)
            stream.pointee = bz_stream()
            guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
                return DecompressionStep(taken: 0, given: 0, isDamaged: true)
            }
        }
        return source.withMemoryRebound(to: CChar.self) { source in
            target.withMemoryRebound(to: CChar.self) { target in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                let status = BZ2_bzDecompress(stream)
                isInside = status != BZ_STREAM_END
                return DecompressionStep(
                    taken: source.count - Int(stream.pointee.avail_in),
                    given: target.count - Int(stream.pointee.avail_out),
                    isDamaged: status != BZ_OK && status != BZ_STREAM_END)
            }
        }
    }
}
