import FlowModel

/// A reader of a format in which every line is a record.
protocol LineReader: FlowReader {
    /// Whether the line at hand is over 1 MiB and being used up.
    var isSkippingLine: Bool { get set }
    /// Reads one line, without its newline. Parameter number: from 1 at the start of the batch.
    mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError)
    /// Takes up a line that is no row: a directive or a header. Returns: whether it was one.
    mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool
    /// Reads the line at `start` if it is as nearly all are, which may be faster. Returns: where the next line begins;
    /// nil, with nothing done, for any other line.
    mutating func readUsualLine(_ bytes: Span<UInt8>, from start: Int, into batch: inout FlowBatch) -> Int?
    /// Whether the next line is to be taken for a directive, whatever it begins with.
    var needsHeader: Bool { get }
    /// Whether directives may stand between the rows.
    static var hasDirectives: Bool { get }
    /// Whether a line that begins with `first` may be a directive.
    static func mayBeDirective(_ first: UInt8) -> Bool
}

extension LineReader {
    public var needsHeader: Bool { false }
    public static var hasDirectives: Bool { false }
    @inline(__always)
    public static func mayBeDirective(_ first: UInt8) -> Bool { false }
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
        var text = line.withoutReturn
        if text.isEmpty { return }
        if text[0] == 0xef { text = text.withoutByteOrderMark }
        if text.isEmpty { return }
        // Counted with its carriage return, as where the line is still without its newline.
        guard line.count < ReadLimits.recordLength else {
            batch.reject(.lineTooLong, field: .row, line: batch.lines, excerpt: line.extracting(0..<40))
            return
        }
        if needsHeader || Self.mayBeDirective(text[0]), try takeDirective(text, number: batch.lines) { return }
        try readLine(text, number: batch.lines, into: &batch)
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {
        var start = 0
        if isSkippingLine {
            guard let end = bytes.firstNewline(from: 0) else { return }
            isSkippingLine = false
            start = end + 1
        }
        while start < bytes.count, needsHeader || Self.hasDirectives {
            let end = bytes.firstNewline(from: start) ?? bytes.count
            let line = bytes.extracting(start..<end).withoutReturn.withoutByteOrderMark
            start = end + 1
            guard !line.isEmpty else { continue }
            if needsHeader {
                let isTaken = try takeDirective(line, number: 1)
                if !isTaken && !Self.hasDirectives { break }
            } else if Self.mayBeDirective(line[0]) {
                _ = try takeDirective(line, number: 0)
            }
        }
        let last = bytes.lastNewline.map { $0 + 1 } ?? 0
        if bytes.count - last >= ReadLimits.recordLength { isSkippingLine = true }
    }
}
