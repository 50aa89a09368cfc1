import FlowFormats
import FlowModel

/// An input whose format is known, with the first of its bytes.
final class InputFile {
    let path: InputPath
    /// Its place among the arguments.
    let place: Int
    let readerType: any FlowReader.Type
    /// The start of its first flow; the latest moment where the first bytes hold none.
    let firstStart: Timestamp
    /// The stream and the bytes looked at; standard input cannot be opened twice.
    private var opened: (stream: ByteStream, head: [UInt8])?

    init(_ path: InputPath, place: Int, format: String?) throws(InputError) {
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
        readerType = try Self.readerType(head, name: name, format: format)
        var reader = readerType.init()
        var batch = FlowBatch()
        _ = try? reader.read(head.span, into: &batch)
        if batch.flows.isEmpty { _ = try? reader.finish(head.span, into: &batch) }
        firstStart = batch.flows.first?.start ?? Timestamp(nanoseconds: .max)
        // Only standard input is kept open: there may be more files than descriptors.
        opened = path.isStandardInput ? (stream, head) : nil
    }

    var name: String { path.isStandardInput ? "standard input" : path.path }

    var isUnsorted: Bool {
        if case .unsorted = readerType.format.order { true } else { false }
    }

    /// The stream, and what of it was already read.
    func open() throws(InputError) -> (stream: ByteStream, head: [UInt8]) {
        if let opened {
            self.opened = nil
            return opened
        }
        return (try ByteStream(path: path.path), [])
    }

    private static func readerType(
        _ head: [UInt8], name: String, format: String?
    ) throws(InputError) -> any FlowReader.Type {
        let known = FormatCatalog.readers.map { $0.format.name }.joined(separator: ", ")
        if let format {
            guard let reader = FormatCatalog.reader(named: format) else {
                throw .unreadable("no format \"\(format)\"; there are \(known)")
            }
            return reader
        }
        let limit = min(head.count, ReadLimits.headLength)
        guard let reader = FormatCatalog.reader(recognizing: head.span.extracting(0..<limit)) else {
            throw .unreadable("\(name): format not recognized; expected \(known); name one with --format")
        }
        return reader
    }
}
