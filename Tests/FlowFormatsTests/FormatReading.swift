import FlowModel

@testable import FlowFormats

/// A text read whole by one reader.
func reading(_ text: String, by type: any FlowReader.Type) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: type.init())
}

func reading(_ text: String, by reader: any FlowReader) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    var reader = reader
    var batch = FlowBatch()
    var names = FlowNames()
    let bytes = Array(text.utf8)
    do throws(ReadError) {
        let used = try reader.read(bytes.span, into: &batch)
        try reader.finish(bytes.span.extracting(used..<bytes.count), into: &batch)
        names.adopt(&batch)
        return (batch, names, nil)
    } catch {
        return (batch, names, error)
    }
}

/// Whether a format takes a text for its own.
func isTaken(_ text: String, by type: any FlowReader.Type) -> Bool { type.recognizes(Array(text.utf8).span) }

/// The names of the formats that take a text for their own.
func takers(_ text: String) -> [String] {
    FormatCatalog.readers.filter { isTaken(text, by: $0) }.map { $0.format.name }
}

/// A text read by the reader that recognizes it; nothing where there is none.
func recognizing(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?)? {
    let bytes = Array(text.utf8)
    let reader = FormatCatalog.makeReader(named: nil, recognizing: bytes.span, mapping: CSVMapping())
    return reader.map { reading(text, by: $0) }
}

/// A flow in short: ends, protocol, seconds, bytes, packets, state.
func short(_ flow: Flow) -> String {
    let seconds = Double(flow.duration) / 1e9
    return
        "\(flow.source):\(flow.sourcePort)>\(flow.destination):\(flow.destinationPort) \(flow.transport) \(seconds)s "
        + "\(flow.bytesSent)/\(flow.bytesReceived) \(flow.packetsSent)/\(flow.packetsReceived) \(flow.state)"
}
