public import FlowModel

/// `sna-csv`: a flow search of Cisco Secure Network Analytics, exported as CSV.
///
/// In no order of time; every field quoted, so a field may hold commas and newlines. The subject is the source. Total
/// Bytes, which the exporter rounds, is kept beside the sum of the other two.
public struct SnaCSVReader: FlowReader {
    public static let format = FlowFormat(
        name: "sna-csv", summary: "Cisco Secure Network Analytics flow search, CSV", order: .unsorted,
        splitsAtNewlines: false)

    private var columns: [SnaColumn?] = []
    private var record = SnaRecord()
    private var times = CivilTimeParser()
    private var isSkippingLine = false
    /// Fields with doubled quotes, which must be copied to be read.
    private var unquoted: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.extracting(0..<(head.firstNewline(from: 0) ?? head.count))
        guard line.count > 0, line[0] != UInt8(ascii: "["), line[0] != UInt8(ascii: "{") else { return false }
        return line.contains("Subject IP Address") && line.first(UInt8(ascii: ","), from: 0) != nil
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}  // never read in parallel

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        try read(bytes, isLast: false, into: &batch)
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        _ = try read(rest, isLast: true, into: &batch)
    }

    private mutating func read(
        _ bytes: Span<UInt8>, isLast: Bool, into batch: inout FlowBatch
    ) throws(ReadError) -> Int {
        var start = 0
        while start < bytes.count {
            if isSkippingLine {
                guard let end = bytes.firstNewline(from: start) else { return bytes.count }
                isSkippingLine = false
                batch.lines += 1
                start = end + 1
                continue
            }
            guard let end = recordEnd(bytes, from: start) ?? (isLast ? bytes.count : nil) else {
                guard bytes.count - start >= ReadLimits.recordLength else { return start }
                // Most likely a quote that never closes: give up the line it began in.
                batch.reject(
                    .badQuoting, field: .row, line: batch.lines + 1, excerpt: bytes.extracting(start..<start + 40))
                isSkippingLine = true
                continue
            }
            try readRecord(bytes.extracting(start..<end), into: &batch)
            start = min(end + 1, bytes.count)
        }
        return start
    }

    /// Where the newline behind the record is: outside quotes.
    private func recordEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var isQuoted = false
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "\n"), !isQuoted {
                return index
            }
            index &+= 1
        }
        return nil
    }

    private mutating func readRecord(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        let line = batch.lines + 1
        var newlines = 1
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { newlines += 1 }
        batch.lines += newlines
        var length = bytes.count
        if length > 0, bytes[length - 1] == UInt8(ascii: "\r") { length -= 1 }
        let text = bytes.extracting(0..<length)
        if text.trimmed.isEmpty { return }
        if columns.isEmpty {
            try takeHeader(text, line: line)
            return
        }
        record.clear()
        guard split(text) >= columns.count - 1 else {
            batch.reject(.tooFewFields, field: .row, line: line, excerpt: text)
            return
        }
        if unquoted.isEmpty {
            record.read(text, times: &times, line: line, into: &batch)
        } else {
            let copied = unquoted
            record.read(copied.span, times: &times, line: line, into: &batch)
        }
    }

    private mutating func takeHeader(_ text: Span<UInt8>, line: Int) throws(ReadError) {
        var found: [SnaColumn?] = []
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: ",") {
            var name = text.extracting(start..<index).trimmed
            // A byte-order mark stands before the first quote.
            if name.count >= 3, name[0] == 0xef { name = name.extracting(3..<name.count) }
            if name.count >= 2, name[0] == UInt8(ascii: "\""), name[name.count - 1] == UInt8(ascii: "\"") {
                name = name.extracting(1..<name.count - 1)
            }
            found.append(SnaColumn(name: name))
            start = index + 1
        }
        let missing = SnaColumn.needed.filter { !found.contains($0) }.map { "\"\($0.name)\"" }
        guard missing.isEmpty else { throw .missingColumns(missing, line: line) }
        columns = found
    }

    /// Finds the fields of a record; copies them all to `unquoted` if any has doubled quotes. Returns: how many.
    private mutating func split(_ text: Span<UInt8>) -> Int {
        unquoted.removeAll(keepingCapacity: true)
        var place = 0
        var index = 0
        var needsCopy = false
        while index <= text.count {
            var start = index
            var end = index
            if index < text.count, text[index] == UInt8(ascii: "\"") {
                start = index + 1
                end = start
                while end < text.count {
                    if text[end] == UInt8(ascii: "\"") {
                        guard end + 1 < text.count, text[end + 1] == UInt8(ascii: "\"") else { break }
                        needsCopy = true
                        end += 1
                    }
                    end += 1
                }
                index = min(end + 1, text.count)
                while index < text.count, text[index] != UInt8(ascii: ",") { index += 1 }
            } else {
                while index < text.count, text[index] != UInt8(ascii: ",") { index += 1 }
                end = index
            }
            if place < columns.count, let column = columns[place] { record.set(column, start..<min(end, text.count)) }
            place += 1
            index += 1
        }
        if needsCopy { copyFields(of: text) }
        return place
    }

    private mutating func copyFields(of text: Span<UInt8>) {
        for column in SnaColumn.allCases where record.has(column) {
            let field = record.field(column, of: text)
            let start = unquoted.count
            var index = 0
            while index < field.count {
                unquoted.append(field[index])
                let isDoubled = field[index] == UInt8(ascii: "\"") && index + 1 < field.count
                index += isDoubled && field[index + 1] == UInt8(ascii: "\"") ? 2 : 1
            }
            record.set(column, start..<unquoted.count)
        }
        // Never empty: empty says that nothing was copied.
        unquoted.append(0)
    }
}

/// Writes `sna-csv` in the export's own way; times and durations to the second.
public struct SnaCSVWriter: FlowWriter {
    public static let format = SnaCSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "-"))
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        var isFirst = true
        for column in SnaColumn.allCases {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(UInt8(ascii: "\""))
            bytes.append(column.name)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let place = bytes.count + 1
        bytes.append(UInt8(ascii: "\""))
        times.append(flow.start, decimals: 0, to: &bytes)
        bytes[place + 10] = UInt8(ascii: "T")
        bytes.append(".000+0000\",\"")
        append(duration: flow.duration, to: &bytes)
        bytes.append("\",\"")
        append(flow.source, flow.sourcePort, flow.sourceGroups, flow.bytesSent, flow, names: names, to: &bytes)
        bytes.append("\",\"")
        append(names.applications.name(flow.application), to: &bytes)
        bytes.append("\",\"")
        append(size: flow.reportedBytes > 0 ? flow.reportedBytes : flow.bytes, to: &bytes)
        bytes.append("\",\"")
        append(
            flow.destination, flow.destinationPort, flow.destinationGroups, flow.bytesReceived, flow, names: names,
            to: &bytes)
        bytes.append("\",\n")
    }

    public mutating func end(into bytes: inout [UInt8]) {}

    private func append(
        _ address: IPAddress, _ port: UInt16, _ groups: GroupSetID, _ size: UInt64, _ flow: Flow, names: FlowNames,
        to bytes: inout [UInt8]
    ) {
        address.append(to: &bytes)
        bytes.append("\",\"")
        if flow.sourcePort != 0 || flow.destinationPort != 0 {
            bytes.append(decimal: UInt64(port))
            bytes.append(UInt8(ascii: "/"))
        }
        bytes.append(contentsOf: flow.transport.description.uppercased().utf8)
        bytes.append("\",\"")
        append(names.groups.text(of: groups), to: &bytes)
        bytes.append("\",\"")
        append(size: size, to: &bytes)
    }

    private func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
    }

    /// `7hr 57min 56s`, or `--`.
    private func append(duration: Int64, to bytes: inout [UInt8]) {
        let seconds = UInt64(max(0, duration)) / 1_000_000_000
        if seconds == 0 {
            bytes.append("--")
            return
        }
        var isFirst = true
        let parts: [(UInt64, StaticString)] = [
            (seconds / 3600, "hr"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        for (number, unit) in parts where number > 0 {
            if !isFirst { bytes.append(0x20) }
            isFirst = false
            bytes.append(decimal: number)
            bytes.append(unit)
        }
    }

    /// `424.39 M` where two decimals say it exactly, else the number and a blank.
    private func append(size: UInt64, to bytes: inout [UInt8]) {
        if size == 0 {
            bytes.append("--")
            return
        }
        let units: [(UInt64, StaticString)] = [(1_000_000_000, " G"), (1_000_000, " M"), (1000, " K")]
        for (factor, unit) in units where size >= factor && size % (factor / 100) == 0 {
            let hundredths = size / (factor / 100)
            bytes.append(decimal: hundredths / 100)
            if hundredths % 100 != 0 {
                bytes.append(UInt8(ascii: "."))
                bytes.append(decimal: Int(hundredths % 100), width: 2)
                if bytes.last == 0x30 { bytes.removeLast() }
            }
            bytes.append(unit)
            return
        }
        bytes.append(decimal: size)
        bytes.append(0x20)
    }
}
