import FlowModel

/// What an object met in a stream of JSON is.
enum JSONObjectRole {
    /// A record; its end was passed.
    case record
    /// One that has records somewhere inside; what was passed of it is of no interest, the rest is gone through.
    case wrapper
}

/// Where in a stream of objects a reader is.
struct JSONStream: Sendable {
    fileprivate var isAtStart = true
    /// Whether something broken is being used up, to the next object.
    fileprivate var isResuming = false
    /// How many wrappers are open.
    fileprivate var wrappers = 0
}

/// A reader of objects in an array, one after the other, or inside of other objects, wherever newlines are.
///
/// Takes what is between the records for granted: commas, brackets, blanks, and inside a wrapper keys and plain values.
/// Anything else counts as one broken row, and reading goes on at the next object.
protocol JSONStreamReader: FlowReader {
    var stream: JSONStream { get set }
    /// Reads the object whose `{` was passed. Returns: what it is; of a wrapper `cursor` is left before a member or
    /// before a value.
    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole
    /// Takes up a key of a wrapper.
    mutating func readKey(_ key: Span<UInt8>)
    /// Takes up a text that lies in a wrapper, as a member or in an array.
    mutating func readText(_ text: Span<UInt8>, line: Int, into batch: inout FlowBatch)
}

extension JSONStreamReader {
    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        take(bytes, isLast: false, into: &batch)
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        takeLast(rest, into: &batch)
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}

    mutating func readKey(_ key: Span<UInt8>) {}
    mutating func readText(_ text: Span<UInt8>, line: Int, into batch: inout FlowBatch) {}

    /// Whether a file that begins with `head` may be JSON.
    static func isJSON(_ head: Span<UInt8>) -> Bool {
        var start = head.byteOrderMarkLength
        while start < head.count, head[start] == 0x20 || (0x09...0x0d).contains(head[start]) { start += 1 }
        return start < head.count && (head[start] == UInt8(ascii: "[") || head[start] == UInt8(ascii: "{"))
    }

    /// Reads what is whole. Parameter isLast: `bytes` ends the input. Returns: the bytes used.
    mutating func take(_ bytes: Span<UInt8>, isLast: Bool, into batch: inout FlowBatch) -> Int {
        var start = 0
        if stream.isAtStart, !bytes.isEmpty {
            if bytes[0] == 0xef && bytes.count < 3 && !isLast { return 0 }
            start = bytes.byteOrderMarkLength
            stream.isAtStart = false
        }
        while start < bytes.count {
            let byte = bytes[start]
            switch byte {
            case UInt8(ascii: "\n"): batch.lines += 1
            case 0x20, 0x09, 0x0d, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"): break
            case UInt8(ascii: "{"):
                stream.isResuming = false
                guard let next = takeValue(bytes, at: start, isLast: isLast, into: &batch) else { return start }
                start = next
                continue
            case _ where stream.isResuming: break
            case UInt8(ascii: "}") where stream.wrappers > 0: stream.wrappers -= 1
            case _ where stream.wrappers > 0 && byte > 0x20:
                guard let next = takeValue(bytes, at: start, isLast: isLast, into: &batch) else { return start }
                start = next
                continue
            default:
                batch.reject(
                    byte == 0 ? .nulByte : .badJSON, field: .row, line: batch.lines + 1,
                    excerpt: bytes.extracting(start..<start + 1))
                stream.isResuming = true
            }
            start += 1
        }
        return start
    }

    /// Reads what is left at the end of the input; a wrapper that is still open counts as a broken row.
    mutating func takeLast(_ rest: Span<UInt8>, into batch: inout FlowBatch) {
        _ = take(rest, isLast: true, into: &batch)
        if stream.wrappers > 0 && !stream.isResuming {
            batch.reject(
                .badJSON, field: .row, line: batch.lines + 1, excerpt: rest.excerpt(before: rest.count, from: 0))
        }
    }

    /// Takes the object, text or plain value at `start`. Returns: where reading goes on; nil if more bytes are needed
    /// first.
    private mutating func takeValue(
        _ bytes: Span<UInt8>, at start: Int, isLast: Bool, into batch: inout FlowBatch
    ) -> Int? {
        let isWhole = bytes.count - start >= ReadLimits.recordLength
        var cursor = JSONCursor(index: start, limit: isWhole ? start + ReadLimits.recordLength : bytes.count)
        do throws(JSONStop) {
            try pass(bytes, &cursor, isLast: isLast && !isWhole, into: &batch)
            batch.lines += cursor.newlines
            return cursor.index
        } catch {
            var reason = RejectReason.lineTooLong
            let place = error.place ?? cursor.limit
            if error.place != nil {
                reason = bytes[place] == 0 ? .nulByte : .badJSON
            } else if !isWhole {
                if !isLast { return nil }
                reason = .badJSON
            }
            batch.reject(
                reason, field: .row, line: batch.lines + 1, excerpt: bytes.excerpt(before: place, from: start))
            batch.lines += cursor.newlines
            stream.isResuming = true
            return max(place, start + 1)
        }
    }

    private mutating func pass(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, isLast: Bool, into batch: inout FlowBatch
    ) throws(JSONStop) {
        if bytes[cursor.index] == UInt8(ascii: "{") {
            cursor.index += 1
            if try readObject(bytes, &cursor, line: batch.lines + 1, into: &batch) == .wrapper { stream.wrappers += 1 }
            return
        }
        let value = try cursor.value(bytes, depth: stream.wrappers)
        guard value.kind == .text || value.kind == .escapedText else { return }
        let text = bytes.extracting(value.start..<value.end)
        if try cursor.isAtEnd(bytes) {
            if !isLast { throw .unfinished }
        } else if try cursor.peek(bytes) == UInt8(ascii: ":") {
            cursor.index += 1
            readKey(text)
            return
        }
        readText(text, line: batch.lines + 1, into: &batch)
    }
}
