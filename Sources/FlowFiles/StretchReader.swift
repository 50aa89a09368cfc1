import FlowFormats
import FlowModel

/// A file as stretches of whole lines, each with the reader as it stands at its start.
///
/// For formats that split at newlines. Not thread-safe: whoever decodes takes stretches one after the other.
final class StretchReader {
    /// A stretch ends at the last newline within about this many bytes: about a batch of flows.
    static let length = 1 << 18

    private let stream: ByteStream
    private var reader: any FlowReader
    private var carry: [UInt8]
    private let length: Int
    private var isAtEnd = false
    private(set) var isDone = false

    init(stream: ByteStream, reader: any FlowReader, head: [UInt8], length: Int = StretchReader.length) {
        self.stream = stream
        self.reader = reader
        self.length = length
        carry = head
    }

    var bytesRead: Int { stream.bytesRead }

    /// The next stretch into `bytes`, with the reader for it. Returns: nil at the end of the file.
    func next(into bytes: inout [UInt8]) throws(InputError) -> (reader: any FlowReader, isLast: Bool)? {
        if isDone { return nil }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &carry)
        carry.removeAll(keepingCapacity: true)
        var cut: Int?
        while true {
            if bytes.count >= length {
                cut = Self.lastNewline(bytes)
                if cut != nil || bytes.count >= ReadLimits.recordLength { break }
            }
            if isAtEnd { break }
            do {
                isAtEnd = !(try stream.read(into: &bytes))
            } catch {
                // What came before the damage is read; the error comes with the next call.
                isDone = bytes.isEmpty
                if isDone { throw error }
                failure = error
                isAtEnd = true
            }
        }
        if let failure, isAtEnd, bytes.isEmpty {
            isDone = true
            throw failure
        }
        let isLast = isAtEnd && failure == nil && (cut == nil || cut == bytes.count - 1)
        if isAtEnd && cut == nil {
            isDone = failure == nil
        } else if let cut, cut < bytes.count - 1 {
            carry.append(contentsOf: bytes[(cut + 1)...])
            bytes.removeLast(bytes.count - cut - 1)
        } else if isLast {
            isDone = true
        }
        let current = reader
        do {
            try reader.skim(bytes.span)
        } catch {
            isDone = true  // the decoder meets the same error in this stretch and reports it
        }
        return (current, isLast || isAtEnd && carry.isEmpty)
    }

    private var failure: InputError?

    private static func lastNewline(_ bytes: [UInt8]) -> Int? { bytes.lastIndex(of: UInt8(ascii: "\n")) }
}
