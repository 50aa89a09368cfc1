import CZstd

/// zstd (RFC 8878), of one frame or several.
final class ZstdDecompressor: Decompressor {
    static let name = "zstd"
    static let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    private(set) var isInside = true
    private let stream: OpaquePointer

    init?() {
        guard let stream = ZSTD_createDStream() else { return nil }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    func step(
        _ source: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> (taken: Int, given: Int)? {
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let hint = ZSTD_decompressStream(stream, &output, &input)
        guard ZSTD_isError(hint) == 0 else { return nil }
        isInside = hint != 0
        return (input.pos, output.pos)
    }
}
