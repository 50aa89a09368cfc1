public import FlowModel

/// `sna-csv`: the CSV export of a flow search in Cisco Secure Network Analytics.
///
/// Columns are found by their titles, in any order; fields may be quoted and hold newlines. Subject is the source.
public struct SnaCSVReader: SnaReader {
    public static let format = FlowFormat(
        name: "sna-csv", summary: "flow search of Cisco Secure Network Analytics, CSV", order: .unsorted,
        splitsAtNewlines: false)

    private var splitter = SnaCSVSplitter()
    var row = RowCursor()
    private var hasHeader = false
    /// Whether a record that cannot be read is being used up to its newline.
    private var isSkippingLine = false
    private var buffer: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        var start = head.byteOrderMarkLength
        while start < head.count, head[start] == 0x20 || (0x09...0x0d).contains(head[start]) { start += 1 }
        guard start < head.count, head[start] != UInt8(ascii: "["), head[start] != UInt8(ascii: "{") else {
            return false
        }
        let end = head.firstNewline(from: start) ?? head.count
        return head.extracting(start..<end).contains("Subject IP Address")
    }

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        try take(bytes, isLast: false, into: &batch)
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        _ = try take(rest, isLast: true, into: &batch)
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}

    private mutating func take(
        _ bytes: Span<UInt8>, isLast: Bool, into batch: inout FlowBatch
    ) throws(ReadError) -> Int {
        var start = 0
        while start < bytes.count {
            if isSkippingLine {
                guard let newline = bytes.firstNewline(from: start) else { return bytes.count }
                batch.lines += 1
                isSkippingLine = false
                start = newline + 1
                continue
            }
            if !hasHeader, bytes[start] == 0xef {
                let rest = bytes.extracting(start..<bytes.count)
                if rest.count < 3 && !isLast { return start }
                start += rest.byteOrderMarkLength
            }
            let isWhole = bytes.count - start >= ReadLimits.recordLength
            let limit = isWhole ? start + ReadLimits.recordLength : bytes.count
            switch splitter.split(
                bytes, from: start, to: limit, isLast: isLast && !isWhole, into: &row.fields)
            {
            case .whole(let end, let next):
                if end > start { try takeRecord(bytes.extracting(start..<end), into: &batch) }
                batch.lines += splitter.newlines
                start = next
            case .broken(let place):
                start = try giveUp(bytes, from: start, to: place, .badQuoting, into: &batch)
            case .unfinished(let isQuoted):
                guard isWhole || isLast else { return start }
                start = try giveUp(
                    bytes, from: start, to: limit, isQuoted ? .badQuoting : .lineTooLong, into: &batch)
            }
        }
        return start
    }

    /// Counts a record that cannot be split. Returns: where reading goes on, behind its first newline if it has one.
    private mutating func giveUp(
        _ bytes: Span<UInt8>, from start: Int, to place: Int, _ reason: RejectReason, into batch: inout FlowBatch
    ) throws(ReadError) -> Int {
        let record = bytes.extracting(start..<place)
        if !hasHeader { throw .malformed("header: " + reason.text, line: batch.lines + 1) }
        let hasNul = record.first(0, from: 0) != nil
        batch.reject(hasNul ? .nulByte : reason, field: .row, line: batch.lines + 1, excerpt: record)
        if let newline = record.firstNewline(from: 0) {
            batch.lines += 1
            return start + newline + 1
        }
        isSkippingLine = true
        return place
    }

    /// Takes one record, split and without its newline.
    private mutating func takeRecord(_ record: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        let line = batch.lines + 1
        guard hasHeader else {
            try splitter.takeHeader(record, line: line)
            hasHeader = true
            return
        }
        if record.first(0, from: 0) != nil {
            batch.reject(.nulByte, field: .row, line: line, excerpt: record)
            return
        }
        guard splitter.hasEnoughFields else {
            batch.reject(.tooFewFields, field: .row, line: line, excerpt: record)
            return
        }
        guard row.fields.hasEscapes else {
            takeRow(of: record, number: line, into: &batch)
            return
        }
        // Taken out of the reader, so that its memory stays while the flows are at it.
        var fields: [UInt8] = []
        swap(&fields, &buffer)
        row.fields.move(from: record, to: &fields, decode: SnaCSVSplitter.undouble)
        takeRow(of: fields.span, number: line, into: &batch)
        swap(&fields, &buffer)
    }
}
