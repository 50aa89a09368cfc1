import FlowModel

/// A reader that finds the fields of one row after the other, and makes a flow of each.
protocol RowReader: FlowReader {
    /// The row at hand.
    var row: RowCursor { get set }
    /// The flow of the row at hand, whose fields stand in `bytes`; nil where it was counted as skipped.
    mutating func flow(of bytes: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow?
}

extension RowReader {
    /// Appends the flow of the row at hand, or counts the row as broken.
    @inline(__always)
    mutating func takeRow(of bytes: Span<UInt8>, number: Int, into batch: inout FlowBatch) {
        do throws(FieldError) {
            if let flow = try flow(of: bytes, into: &batch) { batch.flows.append(flow) }
        } catch {
            reject(error.reason, bytes, number: number, into: &batch)
        }
    }

    /// Finds the fields of a delimited row and takes it, or counts it as broken if it has fewer than `places`.
    @inline(__always)
    mutating func takeDelimited(
        _ line: Span<UInt8>, places: Int, number: Int, into batch: inout FlowBatch
    ) {
        if row.split(line) >= places {
            takeRow(of: line, number: number, into: &batch)
        } else {
            Self.rejectShort(line, number: number, into: &batch)
        }
    }

    /// Counts a row that has too few fields.
    @inline(never)
    static func rejectShort(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) {
        let hasNul = line.first(0, from: 0) != nil
        batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
    }

    @inline(never)
    private func reject(
        _ reason: RejectReason, _ bytes: Span<UInt8>, number: Int, into batch: inout FlowBatch
    ) {
        let text = row.fields.field(row.column, of: bytes)
        batch.reject(
            text.first(0, from: 0) == nil ? reason : .nulByte,
            field: reason == .unknownProtocol ? .transport : row.column.field, line: number, excerpt: text)
    }
}
