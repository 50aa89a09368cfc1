import Glibc
import Synchronization

/// A file's bytes in pieces, decompressed where its first bytes say how.
final class ByteStream {
    /// Bytes read from the file, before decompression; may be asked for while another thread reads.
    var bytesRead: Int { readCount.load(ordering: .relaxed) }
    private let readCount = Atomic<Int>(0)
    private let descriptor: Int32
    private let name: String
    /// How many bytes are read, and decompressed to, at once.
    private let pieceLength: Int
    /// Bytes the file had when it was first looked at; nil where that is not known.
    private let expectedSize: Int?
    /// What was read: the bytes from `inputStart` to `inputEnd` are still to be used.
    private var input: [UInt8]
    private var inputStart = 0
    private var inputEnd = 0
    /// Where the decompressor writes to.
    private var output: [UInt8] = []
    private var isAtEnd = false
    /// What every further read throws.
    private var failure: InputError?
    /// nil where the bytes are plain.
    private var decompressor: (any Decompressor)?

    /// Opens a file, or standard input for `-`. Parameter expectedSize: a file that turns out shorter is an error at its
    /// end.
    init(path: String, expectedSize: Int? = nil, pieceLength: Int = 1 << 18) throws(InputError) {
        name = path == "-" ? "standard input" : path
        self.expectedSize = expectedSize
        self.pieceLength = pieceLength
        input = [UInt8](repeating: 0, count: max(pieceLength, 8))
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable("\(path): \(InputPaths.reason(errno))") }
        try fillInput()
        // A pipe may give its first bytes one at a time.
        while !isAtEnd && inputEnd < 4 { try fillInput() }
        let kinds: [any Decompressor.Type] = [GzipDecompressor.self, ZstdDecompressor.self, Bzip2Decompressor.self]
        for kind in kinds where input[..<inputEnd].starts(with: kind.magic) {
            guard let chosen = kind.init() else { throw .unreadable("\(name): out of memory") }
            decompressor = chosen
            output = [UInt8](repeating: 0, count: pieceLength)
        }
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    /// Appends up to about a piece to `bytes`. Returns: false at the end of the file.
    ///
    /// Throws: where the file breaks off or is damaged; all that came before has been given by then.
    func read(into bytes: inout [UInt8]) throws(InputError) -> Bool {
        while true {
            if let failure { throw failure }
            if inputStart == inputEnd && !isAtEnd {
                inputStart = 0
                inputEnd = 0
                try fillInput()
            }
            let isUsedUp = inputStart == inputEnd
            guard let decompressor else {
                if isUsedUp {
                    try checkSize()
                    return false
                }
                bytes.append(contentsOf: input[inputStart..<inputEnd])
                inputStart = inputEnd
                return true
            }
            if isUsedUp && !decompressor.isInside {
                try checkSize()
                return false
            }
            if decompress(with: decompressor, into: &bytes) > 0 { return true }
            // Without input a step gives what the decompressor still holds.
            if isUsedUp && failure == nil {
                let kind = type(of: decompressor).name
                throw .unreadable("\(name): truncated \(kind): the file ends inside compressed data")
            }
        }
    }

    /// One step. Returns: the bytes appended.
    private func decompress(with decompressor: any Decompressor, into bytes: inout [UInt8]) -> Int {
        let step = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                decompressor.step(UnsafeMutableBufferPointer(rebasing: source[inputStart..<inputEnd]), into: target)
            }
        }
        bytes.append(contentsOf: output[..<step.given])
        inputStart += step.taken
        if step.isDamaged { failure = .unreadable("\(name): damaged \(type(of: decompressor).name) data") }
        return step.given
    }

    private func checkSize() throws(InputError) {
        guard let expectedSize, bytesRead < expectedSize else { return }
        throw .unreadable("\(name): became shorter: only \(bytesRead) of \(expectedSize) bytes are left")
    }

    /// Reads more behind what is there.
    private func fillInput() throws(InputError) {
        let room = min(pieceLength, input.count - inputEnd)
        var count = -1
        while count < 0 {
            count = input.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + inputEnd }, room)
            }
            if count < 0 && errno != EINTR { throw .unreadable("\(name): \(InputPaths.reason(errno))") }
        }
        inputEnd += count
        readCount.wrappingAdd(count, ordering: .relaxed)
        isAtEnd = count == 0
    }
}
