import CZstd

/// zstd (RFC 8878), of one frame or several.
final class ZstdDecompressor: Decompressor {
    static let name = "zstd"
    static let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    private static let checksumLength = 4

    private(set) var isInside = true
    private let stream: OpaquePointer

    init?() {
        guard let stream = ZSTD_createDStream() else { return nil }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    func step(
        _ source: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> DecompressionStep {
        // zstd does not say what a step gave that ends in an error, and a frame ends in a checksum of four bytes. They
        // are taken alone, once all that comes before has been given, so that a wrong one costs no flows.
        var input = ZSTD_inBuffer(src: source.baseAddress, size: max(0, source.count - Self.checksumLength), pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        var hint = ZSTD_decompressStream(stream, &output, &input)
        if input.pos == 0, output.pos == 0, ZSTD_isError(hint) == 0 {
            input.size = source.count
            hint = ZSTD_decompressStream(stream, &output, &input)
        }
        guard ZSTD_isError(hint) == 0 else { return DecompressionStep(taken: 0, given: 0, isDamaged: true) }
        isInside = hint != 0
        return DecompressionStep(taken: input.pos, given: output.pos)
    }
}
