public import FlowModel

/// `sna-json`: the JSON export of a flow search in Cisco Secure Network Analytics.
///
/// An array of objects, or an object a line; members by name, in any order. Sizes are strings as in the CSV, or
/// numbers. What is between objects and is neither blank, comma nor bracket counts as one broken row.
public struct SnaJSONReader: FlowReader {
    public static let format = FlowFormat(
        name: "sna-json", summary: "flow search of Cisco Secure Network Analytics, JSON or JSON Lines",
        order: .unsorted, splitsAtNewlines: false)

    private var record = SnaRecord()
    private var flows = SnaFlows()
    private var isAtStart = true
    /// Whether something broken is being used up, to the next object.
    private var isResuming = false
    private var buffer: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        var start = head.byteOrderMarkLength
        while start < head.count, head[start] == 0x20 || (0x09...0x0d).contains(head[start]) { start += 1 }
        guard start < head.count, head[start] == UInt8(ascii: "[") || head[start] == UInt8(ascii: "{") else {
            return false
        }
        return head.contains("\"Subject IP Address\"")
    }

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        take(bytes, isLast: false, into: &batch)
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        _ = take(rest, isLast: true, into: &batch)
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}

    private mutating func take(_ bytes: Span<UInt8>, isLast: Bool, into batch: inout FlowBatch) -> Int {
        var start = 0
        if isAtStart, !bytes.isEmpty {
            if bytes[0] == 0xef && bytes.count < 3 && !isLast { return 0 }
            start = bytes.byteOrderMarkLength
            isAtStart = false
        }
        while start < bytes.count {
            let byte = bytes[start]
            if byte == UInt8(ascii: "{") {
                isResuming = false
                guard let next = takeObject(bytes, at: start, isLast: isLast, into: &batch) else { return start }
                start = next
                continue
            }
            if byte == UInt8(ascii: "\n") {
                batch.lines += 1
            } else if !isResuming, !isBetweenObjects(byte) {
                batch.reject(
                    byte == 0 ? .nulByte : .badJSON, field: .row, line: batch.lines + 1,
                    excerpt: bytes.extracting(start..<start + 1))
                isResuming = true
            }
            start += 1
        }
        return start
    }

    private func isBetweenObjects(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0d, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: false
        }
    }

    /// Takes the object at `start`. Returns: where reading goes on; nil if more bytes are needed first.
    private mutating func takeObject(
        _ bytes: Span<UInt8>, at start: Int, isLast: Bool, into batch: inout FlowBatch
    ) -> Int? {
        let isWhole = bytes.count - start >= ReadLimits.recordLength
        var cursor = JSONCursor(index: start + 1, limit: isWhole ? start + ReadLimits.recordLength : bytes.count)
        do throws(JSONStop) {
            try members(bytes, &cursor)
            takeFlow(bytes, line: batch.lines + 1, into: &batch)
            batch.lines += cursor.newlines
            return cursor.index
        } catch {
            var reason = RejectReason.lineTooLong
            var place = cursor.limit
            if case .broken(let found) = error {
                place = found
                reason = bytes[found] == 0 ? .nulByte : .badJSON
            } else if !isWhole {
                if !isLast { return nil }
                reason = .badJSON
            }
            // What stands before the break says most of what is wrong.
            let excerpt = bytes.extracting(max(start, place - 39)..<min(place + 1, bytes.count))
            batch.reject(reason, field: .row, line: batch.lines + 1, excerpt: excerpt)
            batch.lines += cursor.newlines
            isResuming = true
            return max(place, start + 1)
        }
    }

    /// Notes the members of an object and passes its end.
    private mutating func members(_ bytes: Span<UInt8>, _ cursor: inout JSONCursor) throws(JSONStop) {
        record.clear()
        if try cursor.peek(bytes) == UInt8(ascii: "}") {
            cursor.index += 1
            return
        }
        var guess = SnaColumn.start
        while true {
            let key = try cursor.string(bytes)
            try cursor.pass(UInt8(ascii: ":"), bytes)
            let value = try cursor.value(bytes, depth: 1)
            if let column = column(of: key, bytes, guess) {
                switch value.kind {
                case .text, .number, .truth: record.set(column, value.start, value.end, isEscaped: false)
                case .escapedText: record.set(column, value.start, value.end, isEscaped: true)
                case .null, .nested: record.unset(column)
                }
                guess = SnaColumn(rawValue: column.rawValue + 1) ?? .start
            }
            if try cursor.peek(bytes) == UInt8(ascii: "}") {
                cursor.index += 1
                return
            }
            try cursor.pass(UInt8(ascii: ","), bytes)
        }
    }

    private mutating func column(of key: JSONValue, _ bytes: Span<UInt8>, _ guess: SnaColumn) -> SnaColumn? {
        let name = bytes.extracting(key.start..<key.end)
        guard key.kind == .escapedText else { return SnaColumn.titled(name, guess: guess) }
        // Some write "Port\/Protocol".
        buffer.removeAll(keepingCapacity: true)
        JSONEscape.decode(name, &buffer)
        return SnaColumn.titled(buffer.span, guess: guess)
    }

    private mutating func takeFlow(_ bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch) {
        guard record.hasEscapes else {
            flows.append(record, of: bytes, line: line, into: &batch)
            return
        }
        // Taken out of the reader, so that its memory stays while the flows are at it.
        var fields: [UInt8] = []
        swap(&fields, &buffer)
        record.move(from: bytes, to: &fields, decode: JSONEscape.decode)
        if fields.span.first(0, from: 0) == nil {
            flows.append(record, of: fields.span, line: line, into: &batch)
        } else {
            batch.reject(.nulByte, field: .row, line: line, excerpt: fields.span)
        }
        swap(&fields, &buffer)
    }
}
