import CZlib
import CZstd
import Glibc

/// A file's bytes in pieces, decompressed where its first bytes say gzip or zstd.
final class ByteStream {
    private static let pieceLength = 1 << 18

    /// Bytes read from the file, before decompression.
    private(set) var bytesRead = 0
    private let descriptor: Int32
    private let name: String
    private var input: [UInt8] = []
    private var inputStart = 0
    private var isAtEnd = false
    private var codec = Codec.plain

    private enum Codec {
        case plain
        /// zlib keeps the stream's address, so the stream must not move.
        case gzip(UnsafeMutablePointer<z_stream>, isInMember: Bool)
        case zstd(OpaquePointer, isInFrame: Bool)
    }

    /// Opens a file, or standard input for `-`.
    init(path: String) throws(InputError) {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable("\(path): \(InputPaths.reason(errno))") }
        try fillInput()
        // A pipe may give its first bytes one at a time.
        while !isAtEnd && input.count < 4 { try fillInput() }
        try chooseCodec()
    }

    /// Takes over an open descriptor, for tests.
    init(descriptor: Int32, name: String) throws(InputError) {
        self.name = name
        self.descriptor = descriptor
        try fillInput()
        while !isAtEnd && input.count < 4 { try fillInput() }
        try chooseCodec()
    }

    deinit {
        if case .gzip(let stream, _) = codec {
            inflateEnd(stream)
            stream.deallocate()
        }
        if case .zstd(let stream, _) = codec { ZSTD_freeDStream(stream) }
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    private func chooseCodec() throws(InputError) {
        if input.starts(with: [0x1f, 0x8b]) {
            codec = .gzip(try gzipStream(), isInMember: true)
        } else if input.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
            guard let stream = ZSTD_createDStream() else { throw .unreadable("\(name): out of memory") }
            codec = .zstd(stream, isInFrame: true)
        }
    }

    private func gzipStream() throws(InputError) -> UnsafeMutablePointer<z_stream> {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard lapwing_inflate_init(stream) == Z_OK else {
            stream.deallocate()
            throw .unreadable("\(name): out of memory")
        }
        return stream
    }

    /// Appends up to about 256 KiB to `bytes`. Returns: false at the end of the file.
    func read(into bytes: inout [UInt8]) throws(InputError) -> Bool {
        while true {
            if inputStart == input.count && !isAtEnd { try fillInput() }
            switch codec {
            case .plain:
                guard inputStart < input.count else { return false }
                bytes.append(contentsOf: input[inputStart...])
                inputStart = input.count
                return true
            case .gzip(let stream, let isInMember):
                if inputStart == input.count {
                    if isInMember { throw .unreadable("\(name): truncated gzip: the file ends inside compressed data") }
                    return false
                }
                let before = bytes.count
                try inflate(stream, isInMember: isInMember, into: &bytes)
                if bytes.count > before { return true }
            case .zstd(let stream, let isInFrame):
                if inputStart == input.count {
                    if isInFrame { throw .unreadable("\(name): truncated zstd: the file ends inside compressed data") }
                    return false
                }
                let before = bytes.count
                try decompress(stream, into: &bytes)
                if bytes.count > before { return true }
            }
        }
    }

    private func inflate(
        _ stream: UnsafeMutablePointer<z_stream>, isInMember: Bool, into bytes: inout [UInt8]
    ) throws(InputError) {
        if !isInMember {
            // Zero bytes behind the last member are padding; anything else begins another.
            while inputStart < input.count, input[inputStart] == 0 { inputStart += 1 }
            if inputStart == input.count {
                codec = .gzip(stream, isInMember: false)
                return
            }
            inflateReset(stream)
        }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.pieceLength))
        let available = input.count - inputStart
        var produced = 0
        let status = input.withUnsafeMutableBufferPointer { source in
            bytes.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress.map { $0 + inputStart }
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = target.baseAddress.map { $0 + start }
                stream.pointee.avail_out = UInt32(Self.pieceLength)
                let status = CZlib.inflate(stream, Z_NO_FLUSH)
                produced = Self.pieceLength - Int(stream.pointee.avail_out)
                return status
            }
        }
        inputStart += available - Int(stream.pointee.avail_in)
        bytes.removeLast(Self.pieceLength - produced)
        codec = .gzip(stream, isInMember: status != Z_STREAM_END)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw .unreadable("\(name): damaged gzip data")
        }
    }

    private func decompress(_ stream: OpaquePointer, into bytes: inout [UInt8]) throws(InputError) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.pieceLength))
        var source = ZSTD_inBuffer(src: nil, size: input.count, pos: inputStart)
        var target = ZSTD_outBuffer(dst: nil, size: Self.pieceLength, pos: 0)
        let hint = input.withUnsafeBytes { inputBytes in
            bytes.withUnsafeMutableBytes { outputBytes in
                source.src = inputBytes.baseAddress
                target.dst = outputBytes.baseAddress.map { $0 + start }
                return ZSTD_decompressStream(stream, &target, &source)
            }
        }
        inputStart = source.pos
        bytes.removeLast(Self.pieceLength - target.pos)
        guard ZSTD_isError(hint) == 0 else { throw .unreadable("\(name): damaged zstd data") }
        codec = .zstd(stream, isInFrame: hint != 0)
    }

    private func fillInput() throws(InputError) {
        if inputStart > 0 {
            input.removeFirst(inputStart)
            inputStart = 0
        }
        let start = input.count
        input.append(contentsOf: repeatElement(0, count: Self.pieceLength))
        var count = -1
        while count < 0 {
            count = input.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + start }, Self.pieceLength)
            }
            if count < 0 && errno != EINTR { throw .unreadable("\(name): \(InputPaths.reason(errno))") }
        }
        input.removeLast(Self.pieceLength - count)
        bytesRead += count
        isAtEnd = count == 0
    }
}
