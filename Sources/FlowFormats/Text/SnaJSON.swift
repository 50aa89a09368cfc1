public import FlowModel

/// `sna-json`: a flow search of Cisco Secure Network Analytics as JSON: an array of objects, or an object a line.
///
/// The same keys and values as the CSV; bytes may be numbers. Sizes and times read the same from either.
public struct SnaJSONReader: FlowReader {
    public static let format = FlowFormat(
        name: "sna-json", summary: "Cisco Secure Network Analytics flow search, JSON", order: .unsorted,
        splitsAtNewlines: false)

    private var record = SnaRecord()
    private var times = CivilTimeParser()
    /// Values with escapes, decoded; values without are copied beside them only if there are any.
    private var decoded: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        var start = 0
        if head.count >= 3, head[0] == 0xef { start = 3 }
        while start < head.count, head[start] <= 0x20 { start += 1 }
        guard start < head.count, head[start] == UInt8(ascii: "[") || head[start] == UInt8(ascii: "{") else {
            return false
        }
        return head.contains("\"Subject IP Address\"")
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}  // never read in parallel

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        var start = 0
        while true {
            // Between objects: brackets, commas, blanks; and what is left of an object given up.
            while start < bytes.count, bytes[start] != UInt8(ascii: "{") {
                if bytes[start] == UInt8(ascii: "\n") { batch.lines += 1 }
                start += 1
            }
            guard start < bytes.count else { return start }
            guard let end = objectEnd(bytes, from: start) else {
                guard bytes.count - start >= ReadLimits.recordLength else { return start }
                giveUp(bytes, from: start, into: &batch)
                start += 1
                continue
            }
            readObject(bytes.extracting(start..<end), into: &batch)
            start = end
        }
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        let used = try read(rest, into: &batch)
        if used < rest.count { giveUp(rest, from: used, into: &batch) }
    }

    private func giveUp(_ bytes: Span<UInt8>, from start: Int, into batch: inout FlowBatch) {
        let end = min(bytes.count, start + 40)
        batch.reject(.badJSON, field: .row, line: batch.lines + 1, excerpt: bytes.extracting(start..<end))
    }

    /// Behind the brace that closes the object; nil when it is not there yet.
    private func objectEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var depth = 0
        var isInString = false
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                if byte == UInt8(ascii: "\\") {
                    index &+= 1
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "{") {
                depth &+= 1
            } else if byte == UInt8(ascii: "}") {
                depth &-= 1
                if depth == 0 { return index + 1 }
            }
            index &+= 1
        }
        return nil
    }

    private mutating func readObject(_ bytes: Span<UInt8>, into batch: inout FlowBatch) {
        let line = batch.lines + 1
        record.clear()
        decoded.removeAll(keepingCapacity: true)
        let isValid = takeMembers(bytes)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { batch.lines += 1 }
        guard isValid else {
            batch.reject(.badJSON, field: .row, line: line, excerpt: bytes)
            return
        }
        for column in SnaColumn.needed where !record.has(column) {
            batch.reject(.missingField, field: .row, line: line, excerpt: Array("\(column.name)".utf8).span)
            return
        }
        if decoded.isEmpty {
            record.read(bytes, times: &times, line: line, into: &batch)
        } else {
            let copied = decoded
            record.read(copied.span, times: &times, line: line, into: &batch)
        }
    }

    /// Notes where the values of the known keys stand. Returns: false when the object is not a flat JSON object.
    private mutating func takeMembers(_ bytes: Span<UInt8>) -> Bool {
        var index = 1
        var hasEscapes = false
        var isFirst = true
        while true {
            skipBlanks(bytes, &index)
            guard index < bytes.count else { return false }
            if bytes[index] == UInt8(ascii: "}") {
                guard index == bytes.count - 1 else { return false }
                if hasEscapes { decodeAll(bytes) }
                return true
            }
            if !isFirst {
                guard bytes[index] == UInt8(ascii: ",") else { return false }
                index += 1
                skipBlanks(bytes, &index)
            }
            isFirst = false
            guard let key = string(bytes, &index) else { return false }
            skipBlanks(bytes, &index)
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return false }
            index += 1
            skipBlanks(bytes, &index)
            guard index < bytes.count else { return false }
            let value: Range<Int>
            if bytes[index] == UInt8(ascii: "\"") {
                guard let text = string(bytes, &index) else { return false }
                value = text
                if bytes.extracting(text).first(UInt8(ascii: "\\"), from: 0) != nil { hasEscapes = true }
            } else {
                let start = index
                while index < bytes.count, Self.isInWord(bytes[index]) { index += 1 }
                guard index > start else { return false }
                let word = bytes.extracting(start..<index)
                value = word.isEqual(to: "null") ? start..<start : start..<index
            }
            if let column = SnaColumn(name: bytes.extracting(key)) { record.set(column, value) }
        }
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private func skipBlanks(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] >= 0x09 && bytes[index] <= 0x0d { index += 1 }
    }

    /// The inside of the string that begins at `index`, which moves behind it.
    private func string(_ bytes: Span<UInt8>, _ index: inout Int) -> Range<Int>? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count else { return nil }
        index += 1
        return start..<index - 1
    }

    private mutating func decodeAll(_ bytes: Span<UInt8>) {
        for column in SnaColumn.allCases where record.has(column) {
            let field = record.field(column, of: bytes)
            let start = decoded.count
            JSONEscapes.decode(field, into: &decoded)
            record.set(column, start..<decoded.count)
        }
        // Never empty: empty says that nothing was decoded.
        decoded.append(0)
    }
}

/// JSON's escapes (RFC 8259, 7) to UTF-8; what is no escape is kept as it is, a lone surrogate becomes U+FFFD.
enum JSONEscapes {
    static func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) {
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                bytes.append(text[index])
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0c)
            case UInt8(ascii: "u"):
                var unit = unit(text, at: index)
                if unit != nil { index += 4 }
                if let high = unit, high & 0xfc00 == 0xd800, index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
                    text[index + 1] == UInt8(ascii: "u"), let low = self.unit(text, at: index + 2),
                    low & 0xfc00 == 0xdc00
                {
                    unit = 0x10000 + (high & 0x3ff) << 10 + (low & 0x3ff)
                    index += 6
                }
                let scalar = unit.flatMap(Unicode.Scalar.init) ?? "\u{fffd}"
                bytes.append(contentsOf: String(Character(scalar)).utf8)
            default: bytes.append(letter)
            }
        }
    }

    private static func unit(_ text: Span<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= text.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            let byte = text[index] | 0x20
            if text[index] &- 0x30 <= 9 {
                value = value << 4 | UInt32(text[index] &- 0x30)
            } else if byte >= 0x61 && byte <= 0x66 {
                value = value << 4 | UInt32(byte &- 0x57)
            } else {
                return nil
            }
        }
        return value
    }
}
