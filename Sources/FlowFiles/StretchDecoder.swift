import FlowFormats
import FlowModel

/// Decodes one stretch. Pure: the same stretch gives the same batch on any thread.
enum StretchDecoder {
    static func decode(
        _ bytes: Span<UInt8>, with reader: any FlowReader, isLast: Bool, into batch: inout FlowBatch
    ) -> ReadError? {
        var reader = reader
        do throws(ReadError) {
            let used = try reader.read(bytes, into: &batch)
            if isLast && used < bytes.count {
                try reader.finish(bytes.extracting(used..<bytes.count), into: &batch)
            }
            return nil
        } catch {
            return error
        }
    }

    /// What is wrong, as a person says it. Parameter line: lines before this stretch.
    static func text(_ error: ReadError, name: String, linesBefore: Int) -> String {
        switch error {
        case .missingColumns(let columns, let line):
            "\(name):\(linesBefore + line): the header has no \(columns.joined(separator: ", "))"
        case .malformed(let what, let line):
            "\(name):\(linesBefore + line): \(what)"
        }
    }
}
