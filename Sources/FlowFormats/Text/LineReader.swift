public import FlowModel
import Glibc

/// A reader of a format in which every line is a record.
public protocol LineReader: FlowReader {
    /// Whether the line at hand is over 1 MiB and being used up.
    var isSkippingLine: Bool { get set }
    /// Reads one line, without its newline. Parameter number: from 1 at the start of the batch.
    mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError)
    /// Takes up a line that is no row: a directive or a header. Returns: whether it was one.
    mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool
    /// Reads the line at `start` if it is as nearly all are, which may be faster. Returns: where the next line begins;
    /// nil, with nothing done, for any other line.
    mutating func readUsualLine(_ bytes: Span<UInt8>, from start: Int, into batch: inout FlowBatch) -> Int?
    /// Whether the first line must be a header, whatever it begins with.
    var needsHeader: Bool { get }
    /// What every later directive begins with; nil where the format has none.
    static var directiveStart: UInt8? { get }
}

extension LineReader {
    public static var directiveStart: UInt8? { nil }

    public var needsHeader: Bool { false }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool { false }

    @inline(__always)
    public mutating func readUsualLine(_ bytes: Span<UInt8>, from start: Int, into batch: inout FlowBatch) -> Int? {
        nil
    }

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        var start = 0
        if isSkippingLine {
            guard let end = bytes.firstNewline(from: 0) else { return bytes.count }
            isSkippingLine = false
            start = end + 1
        }
        while true {
            if let next = readUsualLine(bytes, from: start, into: &batch) {
                batch.lines += 1
                start = next
                continue
            }
            guard let end = bytes.firstNewline(from: start) else { break }
            batch.lines += 1
            try readWhole(bytes.extracting(start..<end), into: &batch)
            start = end + 1
        }
        if bytes.count - start >= ReadLimits.recordLength {
            batch.lines += 1
            batch.reject(.lineTooLong, field: .row, line: batch.lines, excerpt: bytes.extracting(start..<start + 40))
            isSkippingLine = true
            return bytes.count
        }
        return start
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        if isSkippingLine || rest.isEmpty { return }
        batch.lines += 1
        try readWhole(rest, into: &batch)
    }

    private mutating func readWhole(_ line: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        var length = line.count
        if length > 0, line[length - 1] == UInt8(ascii: "\r") { length -= 1 }
        if length == 0 { return }
        // Counted with its carriage return, as where the line is still without its newline.
        guard line.count < ReadLimits.recordLength else {
            batch.reject(.lineTooLong, field: .row, line: batch.lines, excerpt: line.extracting(0..<40))
            return
        }
        try readLine(line.extracting(0..<length), number: batch.lines, into: &batch)
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {
        var start = 0
        if isSkippingLine {
            guard let end = bytes.firstNewline(from: 0) else { return }
            isSkippingLine = false
            start = end + 1
        }
        if needsHeader, start < bytes.count {
            var end = bytes.firstNewline(from: start) ?? bytes.count
            if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            _ = try takeDirective(bytes.extracting(start..<end), number: 1)
        }
        if let mark = Self.directiveStart {
            var position = start
            while position < bytes.count {
                guard let found = bytes.first(mark, from: position) else { break }
                position = found + 1
                guard found == start || bytes[found - 1] == UInt8(ascii: "\n") else { continue }
                let end = bytes.firstNewline(from: found) ?? bytes.count
                var length = end
                if length > found, bytes[length - 1] == UInt8(ascii: "\r") { length -= 1 }
                _ = try takeDirective(bytes.extracting(found..<length), number: 0)
                position = end
            }
        }
        let last = bytes.lastNewline.map { $0 + 1 } ?? start
        if bytes.count - last >= ReadLimits.recordLength { isSkippingLine = true }
    }
}

extension Span<UInt8> {
    /// Where the next newline is, from `start` on.
    func firstNewline(from start: Int) -> Int? { first(UInt8(ascii: "\n"), from: start) }

    /// Where `byte` next is, from `start` on. Cost: that of memchr.
    func first(_ byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, let found = memchr(base + start, Int32(byte), buffer.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// Where the last newline is.
    var lastNewline: Int? {
        var index = count
        while index > 0 {
            index -= 1
            if self[index] == UInt8(ascii: "\n") { return index }
        }
        return nil
    }

    /// Whether the bytes are those of `text`, case aside.
    func isEqual(to text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount == count else { return false }
        return text.withUTF8Buffer { other in
            for index in indices {
                var byte = self[index]
                var wanted = other[index]
                if byte >= 0x41 && byte <= 0x5a { byte |= 0x20 }
                if wanted >= 0x41 && wanted <= 0x5a { wanted |= 0x20 }
                if byte != wanted { return false }
            }
            return true
        }
    }

    /// Whether the bytes are the same as those of `other`.
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether the bytes begin with those of `text`, case aside.
    func begins(with text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        return count >= length && extracting(0..<length).isEqual(to: text)
    }

    /// Whether the bytes of `text` stand somewhere in these.
    func contains(_ text: StaticString) -> Bool { first(text, from: 0) != nil }

    /// Where the bytes of `text` next begin, from `start` on; the first in the case given, the others case aside.
    func first(_ text: StaticString, from start: Int) -> Int? {
        let length = text.utf8CodeUnitCount
        guard length > 0 else { return nil }
        let wanted = text.withUTF8Buffer { $0[0] }
        var position = start
        while let found = first(wanted, from: position) {
            if found + length > count { return nil }
            if extracting(found..<found + length).isEqual(to: text) { return found }
            position = found + 1
        }
        return nil
    }

    /// The bytes without a carriage return at their end.
    var withoutReturn: Span<UInt8> {
        @_lifetime(copy self) get {
            count > 0 && self[count - 1] == UInt8(ascii: "\r") ? extracting(0..<count - 1) : extracting(0..<count)
        }
    }

    /// Where the next word is, from `start` on, between blanks; empty at the end.
    func word(from start: Int) -> Range<Int> {
        var low = min(start, count)
        while low < count, self[low] == 0x20 { low += 1 }
        return low..<(first(0x20, from: low) ?? count)
    }

    /// The bytes without blanks at either end.
    var trimmed: Span<UInt8> {
        @_lifetime(copy self) get {
            var low = 0
            var high = count
            while low < high, self[low] == 0x20 || self[low] == 0x09 { low += 1 }
            while high > low, self[high - 1] == 0x20 || self[high - 1] == 0x09 { high -= 1 }
            return extracting(low..<high)
        }
    }
}
