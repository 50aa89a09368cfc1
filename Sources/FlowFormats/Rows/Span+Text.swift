import Glibc

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

    /// 3 where the bytes begin with the UTF-8 byte order mark, else 0.
    var byteOrderMarkLength: Int { count >= 3 && self[0] == 0xef && self[1] == 0xbb && self[2] == 0xbf ? 3 : 0 }

    /// The bytes without a byte order mark.
    var withoutByteOrderMark: Span<UInt8> {
        @_lifetime(copy self) get { extracting(byteOrderMarkLength..<count) }
    }

    /// Whether a line may stand ahead of a header: a comment, a spreadsheet's `sep=;`, or nothing but blanks and signs.
    var isPreamble: Bool {
        if count > 0, self[0] == UInt8(ascii: "#") || begins(with: "sep=") || begins(with: "\"sep=") { return true }
        for index in indices where self[index] >= 0x30 && self[index] != UInt8(ascii: ";") && self[index] < 0x7b {
            return false
        }
        return true
    }

    /// The first line that may be a header, without its newline and without a byte order mark.
    var headerLine: Span<UInt8> {
        @_lifetime(copy self) get {
            var start = byteOrderMarkLength
            for _ in 0..<32 {
                let end = firstNewline(from: start) ?? count
                let line = extracting(start..<end).withoutReturn
                if !line.isPreamble || end == count { return line }
                start = end + 1
            }
            return firstLine
        }
    }

    /// The first line, without its newline and without a byte order mark.
    var firstLine: Span<UInt8> {
        @_lifetime(copy self) get {
            extracting(byteOrderMarkLength..<(firstNewline(from: 0) ?? count)).withoutReturn
        }
    }
}
