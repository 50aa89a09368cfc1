import FlowFormats
import FlowModel

/// An input whose format is known, with the first of its bytes.
final class InputFile {
    /// How far into a file its first flow is looked for.
    private static let searchLength = 1 << 24

    let path: InputPath
    /// Its place among the arguments.
    let place: Int
    /// A reader at the start of the file.
    let reader: any FlowReader
    /// Columns of its header that mean bytes, packets, protocol, duration, state or direction, and that are not read.
    let unusedColumns: [String]
    /// The time of its first flow by its own order; nil where it has none, or only behind the first 16 MiB.
    var firstTime: Timestamp?
    /// Its number among the inputs, once all of them are known.
    var origin = OriginID.first
    /// The stream and the bytes looked at, of what cannot be opened twice.
    private var opened: (stream: ByteStream, head: [UInt8])?

    init(_ path: InputPath, place: Int, options: InputOptions) throws(InputError) {
        self.path = path
        self.place = place
        let stream = try ByteStream(path: path.path)
        var head: [UInt8] = []
        var hasMore = true
        do throws(InputError) {
            while head.count < ReadLimits.headLength, hasMore { hasMore = try stream.read(into: &head) }
        } catch {
            if head.isEmpty { throw error }
        }
        if head.isEmpty { throw .unreadable("\(path.name): empty file") }
        reader = try Self.reader(head, name: path.name, options: options)
        unusedColumns = reader.preview(head.span.extracting(0..<min(head.count, ReadLimits.headLength))).unusedColumns
        if !isUnsorted { firstTime = Self.firstTime(reader, stream, &head) }
        // What is no regular file gives its bytes once. Files are opened again: there may be more than descriptors.
        opened = path.size == nil ? (stream, head) : nil
    }

    var name: String { path.name }

    var format: FlowFormat { type(of: reader).format }

    var isUnsorted: Bool { format.order == .unsorted }

    /// When it must be open for the merge: from the start where nobody knows when it begins.
    var turn: MergeKey { MergeKey(time: firstTime ?? Timestamp(nanoseconds: .min), origin: origin) }

    /// What the engine must know of it.
    var description: FlowOrigin {
        FlowOrigin(
            name: name, order: isUnsorted ? .byStart : format.order, isOneWay: format.isOneWay, firstTime: firstTime)
    }

    /// The stream, and what of it was already read.
    func open(pieceLength: Int) throws(InputError) -> (stream: ByteStream, head: [UInt8]) {
        if let opened {
            self.opened = nil
            return opened
        }
        return (try ByteStream(path: path.path, expectedSize: path.size, pieceLength: pieceLength), [])
    }

    /// The time of the first flow, reading on where `head` holds none.
    private static func firstTime(
        _ start: any FlowReader, _ stream: ByteStream, _ head: inout [UInt8]
    ) -> Timestamp? {
        let order = type(of: start).format.order
        var reader = start
        var batch = FlowBatch()
        var rest = head
        do {
            while true {
                let used = try reader.read(rest.span, into: &batch)
                // The least of the first few: one row with a wrong date does not put the file elsewhere.
                if let time = batch.flows.prefix(16).map({ order.time(of: $0) }).min() { return time }
                guard head.count < searchLength else { return nil }
                rest.removeFirst(used)
                batch.removeAll()
                let start = head.count
                if try !stream.read(into: &head) {
                    try reader.finish(rest.span, into: &batch)
                    return batch.flows.prefix(16).map { order.time(of: $0) }.min()
                }
                rest.append(contentsOf: head[start...])
            }
        } catch {
            return nil  // reading the file reports it
        }
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

extension FlowOrder {
    /// The time that flows in this order come by.
    func time(of flow: Flow) -> Timestamp {
        if case .byEnd = self { flow.end } else { flow.start }
    }
}
