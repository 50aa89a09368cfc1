import FlowFormats
import FlowModel

/// Decodes the stretches of one input. Pure: the same stretch gives the same batch on any thread.
struct StretchDecoder: Sendable {
    /// The input that the flows come from.
    let origin: OriginID
    /// The part of the network that its addresses belong to.
    let site: SiteID

    /// Appends the flows of `bytes` to an empty `batch`. Returns: what ends the file here, if anything does.
    func decode(_ bytes: Span<UInt8>, of stretch: Stretch, into batch: inout FlowBatch) -> ReadError? {
        var reader = stretch.reader
        do throws(ReadError) {
            let used = try reader.read(bytes, into: &batch)
            if used < bytes.count {
                let rest = bytes.extracting(used..<bytes.count)
                switch stretch.ending {
                case .line: break
                case .file: try reader.finish(rest, into: &batch)
                case .damage: Self.rejectCutRow(rest, in: &batch)
                }
            }
            stamp(&batch)
            return nil
        } catch {
            stamp(&batch)
            return error
        }
    }

    /// Marks the flows with their origin and site; without a pass over them where both are the first.
    func stamp(_ batch: inout FlowBatch) {
        guard origin != .first || site != .main else { return }
        for index in batch.flows.indices {
            batch.flows[index].origin = origin
            batch.flows[index].site = site
        }
    }

    /// Counts what a damaged or truncated file breaks off in: `123456789` may have become `12345`.
    static func rejectCutRow(_ rest: Span<UInt8>, in batch: inout FlowBatch) {
        batch.lines += 1
        batch.reject(.cutOff, field: .row, line: batch.lines, excerpt: rest)
    }

    /// What is wrong, as a person says it. Parameter linesBefore: lines before this stretch.
    static func text(_ error: ReadError, name: String, linesBefore: Int) -> String {
        switch error {
        case .missingColumns(let columns, let line):
            "\(name):\(linesBefore + line): the header has no \(columns.joined(separator: ", "))"
        case .malformed(let what, let line):
            "\(name):\(linesBefore + line): \(what)"
        }
    }
}
