import FlowFormats
import FlowModel

/// What came with a batch.
struct Piece {
    /// What ended the file here, if anything did.
    var problem: String?
}

/// A file being read: in parallel where its format splits at newlines, else in sequence.
final class OpenFile {
    let name: String
    /// Lines read in the batches before.
    var lines = 0
    private let stream: ByteStream
    private var bytesReported = 0
    private var decoder: ParallelDecoder?
    private var stretches: StretchReader?
    private var reader: any FlowReader
    private var buffer: [UInt8]
    private var isAtEnd = false
    private var isOver = false

    init(_ file: InputFile, threads: Int) throws(InputError) {
        name = file.name
        let (stream, head) = try file.open()
        self.stream = stream
        reader = file.reader
        buffer = head
        guard file.format.splitsAtNewlines else { return }
        buffer = []
        let stretches = StretchReader(stream: stream, reader: reader, head: head)
        if threads > 1 {
            decoder = ParallelDecoder(stretches: stretches, threads: threads)
        } else {
            self.stretches = stretches
        }
    }

    /// Ends the threads that read the file.
    func stop() {
        decoder?.stop()
        decoder = nil
    }

    /// The next batch. Returns: nil at the end; else what ended the file with this batch, if anything did.
    func next(into batch: inout FlowBatch) -> Piece? {
        if isOver { return nil }
        batch.removeAll()
        if let decoder {
            guard let result = decoder.next(into: &batch) else { return nil }
            return Piece(problem: problem(result.error, result.failure))
        }
        if let stretches { return nextStretch(of: stretches, into: &batch) }
        return nextInSequence(into: &batch)
    }

    /// Bytes of the file read since the last call.
    func takeBytesRead() -> Int {
        let all = stream.bytesRead
        defer { bytesReported = all }
        return all - bytesReported
    }

    private func problem(_ error: ReadError?, _ failure: InputError?) -> String? {
        if let error {
            isOver = true
            return StretchDecoder.text(error, name: name, linesBefore: lines)
        }
        if case .unreadable(let text)? = failure {
            isOver = true
            return text
        }
        return nil
    }

    private func nextStretch(of stretches: StretchReader, into batch: inout FlowBatch) -> Piece? {
        do throws(InputError) {
            guard let stretch = try stretches.next(into: &buffer) else { return nil }
            let error = StretchDecoder.decode(buffer.span, with: stretch.reader, isLast: stretch.isLast, into: &batch)
            return Piece(problem: problem(error, nil))
        } catch {
            return Piece(problem: problem(nil, error))
        }
    }

    private func nextInSequence(into batch: inout FlowBatch) -> Piece? {
        var failure: InputError?
        do throws(InputError) {
            if !isAtEnd { isAtEnd = !(try stream.read(into: &buffer)) }
        } catch {
            failure = error
            isAtEnd = true
        }
        do throws(ReadError) {
            let used = try reader.read(buffer.span, into: &batch)
            buffer.removeFirst(used)
            if isAtEnd {
                isOver = true
                // What a damaged file breaks off in is no record.
                if failure == nil { try reader.finish(buffer.span, into: &batch) }
            }
            return Piece(problem: problem(nil, failure))
        } catch {
            return Piece(problem: problem(error, failure))
        }
    }
}
