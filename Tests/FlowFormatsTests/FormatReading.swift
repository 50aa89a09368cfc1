import FlowModel

@testable import FlowFormats

/// A text read whole by one reader.
func reading(_ text: String, by type: any FlowReader.Type) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    var reader = type.init()
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
