import FlowFormats
import FlowModel

/// How the files of one run are read.
struct ReadingPlan {
    /// The threads that decode; nil where the caller's is the only one.
    var crew: DecodingCrew?
    /// Files open, this one among them.
    var openFiles = 1
    /// Bytes read at once, where that is given.
    var chunkLength: Int?

    /// Bytes read and decoded at once: about a batch of flows, less where so many files are open that their buffers
    /// would take hundreds of megabytes.
    var length: Int { chunkLength ?? min(1 << 18, max(1 << 14, (1 << 21) / openFiles)) }

    /// Batches of a file that may be ready before they are taken.
    func slots(_ crew: DecodingCrew) -> Int { max(2, (crew.threads * 2 + 2) / openFiles) }
}

/// A file being read: in parallel where its format splits at newlines, else in sequence.
final class OpenFile {
    let name: String
    /// Lines read in the batches before.
    var lines = 0
    private let stream: ByteStream
    private let decoder: StretchDecoder
    private var bytesReported = 0
    private var crew: DecodingCrew?
    private var parallel: ParallelDecoder?
    private var stretches: StretchReader?
    private var reader: any FlowReader
    private var buffer: [UInt8] = []
    private var isAtEnd = false
    private var isOver = false

    init(_ file: InputFile, _ plan: ReadingPlan) throws(InputError) {
        name = file.name
        decoder = StretchDecoder(origin: file.origin, site: .main)
        reader = file.reader
        let (stream, head) = try file.open(pieceLength: plan.length)
        self.stream = stream
        guard file.format.splitsAtNewlines else {
            buffer = head
            return
        }
        let stretches = StretchReader(stream: stream, reader: reader, head: head, length: plan.length)
        if let crew = plan.crew {
            let parallel = ParallelDecoder(stretches, decoder, crew: crew, slots: plan.slots(crew))
            crew.add(parallel)
            self.crew = crew
            self.parallel = parallel
        } else {
            self.stretches = stretches
        }
    }

    /// Takes the file from the threads that decode it.
    func close() {
        if let parallel { crew?.remove(parallel) }
        parallel = nil
        isOver = true
    }

    /// The next batch, with what ended the file in it, if anything did. Returns: false at the end.
    func next(into batch: inout FlowBatch, problem: inout String?) -> Bool {
        if isOver { return false }
        batch.removeAll()
        if let parallel {
            guard let result = parallel.next(into: &batch) else { return false }
            problem = end(with: result.error, result.failure)
            return true
        }
        if let stretches { return nextStretch(of: stretches, into: &batch, &problem) }
        nextInSequence(into: &batch, &problem)
        return true
    }

    /// Bytes of the file read since the last call.
    func takeBytesRead() -> Int {
        let all = stream.bytesRead
        defer { bytesReported = all }
        return all - bytesReported
    }

    private func end(with error: ReadError?, _ failure: InputError?) -> String? {
        isOver = error != nil || failure != nil
        if let error { return StretchDecoder.text(error, name: name, linesBefore: lines) }
        return failure?.text
    }

    private func nextStretch(
        of stretches: StretchReader, into batch: inout FlowBatch, _ problem: inout String?
    ) -> Bool {
        do throws(InputError) {
            guard let stretch = try stretches.next(into: &buffer) else { return false }
            problem = end(with: decoder.decode(buffer.span, of: stretch, into: &batch), nil)
        } catch {
            problem = end(with: nil, error)
        }
        return true
    }

    private func nextInSequence(into batch: inout FlowBatch, _ problem: inout String?) {
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
            if isAtEnd && failure == nil {
                try reader.finish(buffer.span, into: &batch)
            } else if isAtEnd, buffer.contains(where: { $0 > 0x20 }) {
                StretchDecoder.rejectCutRow(buffer.span, in: &batch)
            }
            problem = end(with: nil, failure)
        } catch {
            problem = end(with: error, failure)
        }
        if isAtEnd { isOver = true }
        decoder.stamp(&batch)
    }
}
