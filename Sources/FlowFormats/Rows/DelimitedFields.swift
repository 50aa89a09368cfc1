/// The fields of a delimited line, one after the other; blanks and quotes around a field are left off.
struct DelimitedFields {
    private let delimiter: UInt8
    private var position = 0
    /// Where the field last given stands.
    private(set) var start = 0
    private(set) var end = 0

    init(delimiter: UInt8) { self.delimiter = delimiter }

    /// The next field; nil behind the last one.
    @_lifetime(copy line)
    mutating func next(of line: Span<UInt8>) -> Span<UInt8>? {
        guard position <= line.count else { return nil }
        start = position
        var index = position
        while index < line.count, line[index] == 0x20 { index += 1 }
        // A delimiter between quotes is part of the field; quotes that never close are text.
        if index < line.count, line[index] == UInt8(ascii: "\"") {
            var quote = line.first(UInt8(ascii: "\""), from: index + 1)
            while let found = quote, found + 1 < line.count, line[found + 1] == UInt8(ascii: "\"") {
                quote = line.first(UInt8(ascii: "\""), from: found + 2)
            }
            if let quote { index = quote }
        }
        let stop = line.first(delimiter, from: index) ?? line.count
        position = stop + 1
        end = stop
        while start < end, line[start] == 0x20 { start += 1 }
        while end > start, line[end - 1] == 0x20 { end -= 1 }
        if end - start >= 2, line[start] == UInt8(ascii: "\""), line[end - 1] == UInt8(ascii: "\"") {
            start += 1
            end -= 1
        }
        return line.extracting(start..<end)
    }
}
