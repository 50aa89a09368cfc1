import Glibc
import Synchronization

/// A file's bytes in pieces, decompressed where its first bytes say how.
final class ByteStream {
    private static let pieceLength = 1 << 18

    /// Bytes read from the file, before decompression; may be asked for while another thread reads.
    var bytesRead: Int { readCount.load(ordering: .relaxed) }
    private let readCount = Atomic<Int>(0)
    private let descriptor: Int32
    private let name: String
    private var input: [UInt8] = []
    private var inputStart = 0
    private var isAtEnd = false
    /// nil where the bytes are plain.
    private var decompressor: (any Decompressor)?

    /// Opens a file, or standard input for `-`.
    init(path: String) throws(InputError) {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable("\(path): \(InputPaths.reason(errno))") }
        try fillInput()
        // A pipe may give its first bytes one at a time.
        while !isAtEnd && input.count < 4 { try fillInput() }
        try chooseDecompressor()
    }

    /// Takes over an open descriptor, for tests.
    init(descriptor: Int32, name: String) throws(InputError) {
        self.name = name
        self.descriptor = descriptor
        try fillInput()
        while !isAtEnd && input.count < 4 { try fillInput() }
        try chooseDecompressor()
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    private func chooseDecompressor() throws(InputError) {
        let kinds: [any Decompressor.Type] = [GzipDecompressor.self, ZstdDecompressor.self, Bzip2Decompressor.self]
        for kind in kinds where input.starts(with: kind.magic) {
            guard let chosen = kind.init() else { throw .unreadable("\(name): out of memory") }
            decompressor = chosen
        }
    }

    /// Appends up to about 256 KiB to `bytes`. Returns: false at the end of the file.
    func read(into bytes: inout [UInt8]) throws(InputError) -> Bool {
        while true {
            if inputStart == input.count && !isAtEnd { try fillInput() }
            let isUsedUp = inputStart == input.count
            guard let decompressor else {
                if isUsedUp { return false }
                bytes.append(contentsOf: input[inputStart...])
                inputStart = input.count
                return true
            }
            if isUsedUp && !decompressor.isInside { return false }
            if try decompress(with: decompressor, into: &bytes) > 0 { return true }
            // Without input a step gives what the decompressor still holds.
            if isUsedUp {
                let kind = type(of: decompressor).name
                throw .unreadable("\(name): truncated \(kind): the file ends inside compressed data")
            }
        }
    }

    /// One step. Returns: the bytes appended.
    private func decompress(
        with decompressor: any Decompressor, into bytes: inout [UInt8]
    ) throws(InputError) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.pieceLength))
        let result = input.withUnsafeMutableBufferPointer { source in
            bytes.withUnsafeMutableBufferPointer { target in
                decompressor.step(
                    UnsafeMutableBufferPointer(rebasing: source[inputStart...]),
                    into: UnsafeMutableBufferPointer(rebasing: target[start...]))
            }
        }
        bytes.removeLast(Self.pieceLength - (result?.given ?? 0))
        guard let result else { throw .unreadable("\(name): damaged \(type(of: decompressor).name) data") }
        inputStart += result.taken
        return result.given
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
        readCount.wrappingAdd(count, ordering: .relaxed)
        isAtEnd = count == 0
    }
}
