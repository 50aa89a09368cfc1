import FlowFormats
import FlowModel

/// An input whose format is known, with the first of its bytes.
final class InputFile {
    let path: InputPath
    /// Its place among the arguments.
    let place: Int
    /// A reader at the start of the file.
    let reader: any FlowReader
    /// The start of its first flow; the latest moment where the first bytes hold none.
    let firstStart: Timestamp
    /// The stream and the bytes looked at; standard input cannot be opened twice.
    private var opened: (stream: ByteStream, head: [UInt8])?

    init(_ path: InputPath, place: Int, options: InputOptions) throws(InputError) {
        self.path = path
        self.place = place
        let name = path.isStandardInput ? "standard input" : path.path
        let stream = try ByteStream(path: path.path)
        var head: [UInt8] = []
        var failure: InputError?
        while head.count < ReadLimits.headLength {
            do {
                if !(try stream.read(into: &head)) { break }
            } catch {
                failure = error
                break
            }
        }
        if head.isEmpty {
            if let failure { throw failure }
            throw .unreadable("\(name): empty file")
        }
        reader = try Self.reader(head, name: name, options: options)
        var reader = reader
        var batch = FlowBatch()
        _ = try? reader.read(head.span, into: &batch)
        if batch.flows.isEmpty { _ = try? reader.finish(head.span, into: &batch) }
        firstStart = batch.flows.first?.start ?? Timestamp(nanoseconds: .max)
        // Only standard input is kept open: there may be more files than descriptors.
        opened = path.isStandardInput ? (stream, head) : nil
    }

    var name: String { path.isStandardInput ? "standard input" : path.path }

    var format: FlowFormat { type(of: reader).format }

    var isUnsorted: Bool {
        if case .unsorted = format.order { true } else { false }
    }

    /// The stream, and what of it was already read.
    func open() throws(InputError) -> (stream: ByteStream, head: [UInt8]) {
        if let opened {
            self.opened = nil
            return opened
        }
        return (try ByteStream(path: path.path), [])
    }

    private static func reader(
        _ head: [UInt8], name: String, options: InputOptions
    ) throws(InputError) -> any FlowReader {
        let known = FormatCatalog.readers.map { $0.format.name }.joined(separator: ", ")
        let limit = min(head.count, ReadLimits.headLength)
        if let reader = FormatCatalog.makeReader(
            named: options.format, recognizing: head.span.extracting(0..<limit), mapping: options.csv)
        {
            return reader
        }
        if let format = options.format { throw .unreadable("no format \"\(format)\"; there are \(known)") }
        throw .unreadable("\(name): format not recognized; expected \(known); name one with --format")
    }
}
