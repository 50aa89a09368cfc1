import FlowFormats
import FlowModel

/// A stretch of a file: whole lines, but for what may stand at the file's end.
struct Stretch {
    /// What ends a stretch.
    enum Ending {
        /// The end of a line; more of the file follows.
        case line
        /// The end of the file: a last row need not have its line end.
        case file
        /// Damage, or compressed data that breaks off: what stands behind the last line end is no row.
        case damage
    }

    /// The reader as it stands at the start of the stretch.
    var reader: any FlowReader
    var ending: Ending
}

/// A file as stretches of whole lines, each with the reader as it stands at its start.
///
/// For formats that split at newlines. Not thread-safe: whoever decodes takes stretches one after the other.
final class StretchReader {
    private let stream: ByteStream
    private var reader: any FlowReader
    /// What was read behind the last stretch.
    private var carry: [UInt8]
    private let length: Int
    private var isAtEnd = false
    private var isDone = false
    private var failure: InputError?

    /// Parameter head: what was already read of the stream. Parameter length: a stretch ends at the last newline within
    /// about this many bytes.
    init(stream: ByteStream, reader: any FlowReader, head: [UInt8], length: Int) {
        self.stream = stream
        self.reader = reader
        self.length = length
        carry = head
    }

    /// The next stretch, its bytes into `bytes`. Returns: nil at the end of the file.
    func next(into bytes: inout [UInt8]) throws(InputError) -> Stretch? {
        if isDone { return nil }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &carry)
        var cut: Int?
        while !isAtEnd {
            if bytes.count >= length {
                cut = bytes.lastIndex(of: UInt8(ascii: "\n"))
                if cut != nil || bytes.count >= ReadLimits.recordLength { break }
            }
            do {
                isAtEnd = !(try stream.read(into: &bytes))
            } catch {
                // What came before the damage is read first.
                failure = error
                isAtEnd = true
            }
        }
        if isAtEnd && bytes.isEmpty {
            isDone = true
            if let failure { throw failure }
            return nil
        }
        if let cut {
            carry.append(contentsOf: bytes[(cut + 1)...])
            bytes.removeLast(bytes.count - cut - 1)
        }
        let ending: Stretch.Ending = !isAtEnd ? .line : failure == nil ? .file : .damage
        let stretch = Stretch(reader: reader, ending: ending)
        do {
            try reader.skim(bytes.span)
        } catch {
            isDone = true  // the decoder meets the same error in this stretch and reports it
        }
        return stretch
    }
}
