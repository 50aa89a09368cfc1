public import FlowModel

/// `nfdump-csv`: what `nfdump -o csv` prints, of 1.6, of 1.7 and with the names of 1.7.5, and CIDDS' columns.
///
/// Records come as they were exported: by end, up to the active timeout late by start. Each is one way of a connection
/// unless nfdump joined the two (`-b`); its state is then unknown. What is printed behind the records is passed over.
public struct NfdumpCSVReader: LineReader {
    public static let format = FlowFormat(
        name: "nfdump-csv", summary: "nfdump -o csv of 1.6 and 1.7, and CIDDS",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true, isOneWay: true)

    enum Column: Int, CaseIterable, Sendable {
        case time, end, duration, transport, source, sourcePort, destination, destinationPort, flags
        case packetsSent, bytesSent, packetsReceived, bytesReceived, label, attack
    }

    public var isSkippingLine = false
    public var needsHeader: Bool { header.isEmpty }
    private var map = ColumnMap<Column>()
    private var header: [UInt8] = []
    private var times = CivilTimeParser()
    private var labelText: [UInt8] = []

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        columns(of: head.extracting(0..<(head.firstNewline(from: 0) ?? head.count))) != nil
    }

    /// The columns of a header; nil for a line that is none.
    private static func columns(of line: Span<UInt8>) -> ColumnMap<Column>? {
        let names: [(StaticString, Column)] = [
            ("ts", .time), ("firstSeen", .time), ("Date first seen", .time),
            ("te", .end), ("lastSeen", .end), ("Date last seen", .end), ("td", .duration), ("duration", .duration),
            ("pr", .transport), ("proto", .transport), ("sa", .source), ("srcAddr", .source), ("Src IP Addr", .source),
            ("sp", .sourcePort), ("srcPort", .sourcePort), ("Src Pt", .sourcePort),
            ("da", .destination), ("dstAddr", .destination), ("Dst IP Addr", .destination),
            ("dp", .destinationPort), ("dstPort", .destinationPort), ("Dst Pt", .destinationPort),
            ("flg", .flags), ("flags", .flags), ("ipkt", .packetsSent), ("packets", .packetsSent),
            ("inPackets", .packetsSent), ("ibyt", .bytesSent), ("bytes", .bytesSent), ("inBytes", .bytesSent),
            ("opkt", .packetsReceived), ("outPackets", .packetsReceived),
            ("obyt", .bytesReceived), ("outBytes", .bytesReceived),
            ("class", .label), ("label", .label), ("attackType", .attack),
        ]
        var map = ColumnMap<Column>()
        var place = 0
        var start = 0
        for index in 0...line.count where index == line.count || line[index] == UInt8(ascii: ",") {
            let name = line.extracting(start..<index).trimmed
            for (known, column) in names where name.isEqual(to: known) { map.set(column, at: place) }
            place += 1
            start = index + 1
        }
        return map.has(.time) && map.has(.source) && map.has(.destination) ? map : nil
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        if header.isEmpty {
            guard let columns = Self.columns(of: line) else { return false }
            var missing: [String] = []
            if !columns.has(.transport) { missing.append("proto") }
            if !columns.has(.bytesSent) { missing.append("bytes") }
            guard missing.isEmpty else { throw .missingColumns(missing, line: number) }
            map = columns
            for index in line.indices { header.append(line[index]) }
            return true
        }
        // Outputs joined to one file repeat their header; with other columns what follows would be misread.
        if line.isEqual(to: header.span) || Self.isSummary(line) { return true }
        if Self.columns(of: line) != nil { throw .malformed("a second header with other columns", line: number) }
        return false
    }

    /// What nfdump prints behind the records, in CSV and in its other modes.
    private static func isSummary(_ line: Span<UInt8>) -> Bool {
        for beginning in [
            "Summary", "flows,bytes,packets", "Time window", "Total flows", "Sys:", "No matching flows",
        ] as [StaticString] where line.begins(with: beginning) { return true }
        return false
    }

    /// The line of sums: six numbers.
    private static func isSums(_ line: Span<UInt8>) -> Bool {
        var commas = 0
        for index in line.indices where line[index] &- 0x30 > 9 {
            guard line[index] == UInt8(ascii: ",") else { return false }
            commas += 1
        }
        return commas == 5
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if header.isEmpty || line[0] &- 0x30 > 9, try takeDirective(line, number: number) { return }
        guard !header.isEmpty else { throw .malformed("rows before a header with ts, sa and da", line: number) }
        let width = map.split(line, at: UInt8(ascii: ","))
        guard width >= map.width else {
            if Self.isSums(line) { return }
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        var field = FieldName.time
        var column = Column.time
        do throws(FieldError) {
            let start = try time(text(.time, of: line))
            (field, column) = (.duration, map.has(.duration) ? .duration : .end)
            let duration = try duration(of: line, from: start)
            (field, column) = (.transport, .transport)
            let named = text(.transport, of: line)
            if named.isEmpty { throw FieldError(.unknownProtocol) }
            let transport = Transport(text: named) ?? .unknown
            (field, column) = (.source, .source)
            let source = try address(text(.source, of: line))
            (field, column) = (.sourcePort, .sourcePort)
            let sourcePort = try port(text(.sourcePort, of: line))
            (field, column) = (.destination, .destination)
            let destination = try address(text(.destination, of: line))
            (field, column) = (.destinationPort, .destinationPort)
            let destinationPort = try port(text(.destinationPort, of: line))
            (field, column) = (.bytesSent, .bytesSent)
            let sent = try count(text(.bytesSent, of: line))
            (field, column) = (.bytesReceived, .bytesReceived)
            let received = try count(text(.bytesReceived, of: line))
            (field, column) = (.packetsSent, .packetsSent)
            let packetsSent = try count(text(.packetsSent, of: line))
            (field, column) = (.packetsReceived, .packetsReceived)
            let packetsReceived = try count(text(.packetsReceived, of: line))
            var flow = Flow(
                source: source, destination: destination, start: start, duration: duration, transport: transport,
                sourcePort: sourcePort, destinationPort: destinationPort, bytesSent: sent, bytesReceived: received,
                packetsSent: packetsSent, packetsReceived: packetsReceived)
            if transport == .tcp { flow.flagsSent = flags(text(.flags, of: line)) }
            if map.has(.label) { takeLabel(line, into: &flow, batch: &batch) }
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: map.field(column, of: line))
        }
    }

    @_lifetime(copy line)
    private func text(_ column: Column, of line: Span<UInt8>) -> Span<UInt8> { map.field(column, of: line).trimmed }

    /// A civil time, seconds with decimals (`%tsr`), or milliseconds without (`-o csv-fast`).
    private mutating func time(_ text: Span<UInt8>) throws(FieldError) -> Timestamp {
        if text.count >= 19, text[4] == UInt8(ascii: "-") { return try times.parse(text) }
        if text.first(UInt8(ascii: "."), from: 0) != nil {
            return Timestamp(nanoseconds: try Field.nanoseconds(text, orElse: .badTime))
        }
        let (product, overflow) = try Field.unsigned(text).multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, let nanoseconds = Int64(exactly: product) else { throw FieldError(.timeOutOfRange) }
        return Timestamp(nanoseconds: nanoseconds)
    }

    /// 0 where the last packet is dated before the first: nfdump 1.7.1 prints that as 2⁶⁴ ms less the difference.
    private mutating func duration(of line: Span<UInt8>, from start: Timestamp) throws(FieldError) -> Int64 {
        guard map.has(.duration) else {
            guard map.has(.end) else { return 0 }
            let (length, overflow) = try time(text(.end, of: line)).nanoseconds.subtractingReportingOverflow(
                start.nanoseconds)
            return overflow ? 0 : max(0, length)
        }
        let length = text(.duration, of: line)
        if length.isEmpty { return 0 }
        if length.first(UInt8(ascii: ":"), from: 0) != nil { return try Field.clock(length) }
        do throws(FieldError) {
            return try Field.duration(length)
        } catch {
            if error.reason == .timeOutOfRange { return 0 }
            throw error
        }
    }

    private func address(_ text: Span<UInt8>) throws(FieldError) -> IPAddress {
        if let address = IPAddress(text: text) { return address }
        if map.has(.attack), let address = CiddsAddress.address(text) { return address }
        throw FieldError(.badAddress)
    }

    /// A port; ICMP's `type.code` as NetFlow carries it, type × 256 + code.
    private func port(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        if text.isEmpty { return 0 }
        guard let point = text.first(UInt8(ascii: "."), from: 0) else { return try Field.port(text) }
        let type = try Field.port(text.extracting(0..<point))
        let code = try Field.port(text.extracting(point + 1..<text.count))
        guard type < 256, code < 256 else { throw FieldError(.badPort) }
        return type << 8 | code
    }

    /// A number, also scaled by 1000s as nfdump does for people: `1.2 M`.
    private func count(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        if text.isEmpty { return 0 }
        return text[text.count - 1] &- 0x30 > 9 ? try SnaFields.size(text) : try Field.unsigned(text)
    }

    /// `...AP.SF`, with C and E for the flags of RFC 3168 in front, or hexadecimal as 1.6 writes these.
    private func flags(_ text: Span<UInt8>) -> UInt8 {
        if text.count > 2, text[1] | 0x20 == UInt8(ascii: "x") {
            return UInt8(truncatingIfNeeded: (try? Field.port(text)) ?? 0)
        }
        return Field.flagLetters(text)
    }

    /// CIDDS' class, and the attack's type where there is one: `attacker portScan`.
    private mutating func takeLabel(_ line: Span<UInt8>, into flow: inout Flow, batch: inout FlowBatch) {
        labelText.removeAll(keepingCapacity: true)
        appendLabel(text(.label, of: line))
        appendLabel(text(.attack, of: line))
        guard !labelText.isEmpty else { return }
        flow.label = batch.names.intern(labelText.span)
        batch.nameKinds.insert(.label)
    }

    private mutating func appendLabel(_ word: Span<UInt8>) {
        if word.isEmpty || word.isEqual(to: "---") || word.isEqual(to: "<none>") { return }
        if !labelText.isEmpty { labelText.append(0x20) }
        for index in word.indices { labelText.append(word[index]) }
    }
}

/// The stand-ins that CIDDS has for public addresses, as addresses of the documentation range 2001:db8::/32.
enum CiddsAddress {
    /// `10024_34` (a network and a host in it) is 2001:db8::2728:22; a name such as `EXT_SERVER` is hashed into
    /// 2001:db8:1::/64. Nil for anything else.
    static func address(_ text: Span<UInt8>) -> IPAddress? {
        guard text.count >= 3, text.count <= 32 else { return nil }
        if let bar = text.first(UInt8(ascii: "_"), from: 0), bar <= 6,
            let network = try? Field.unsigned(text.extracting(0..<bar)),
            let host = try? Field.unsigned(text.extracting(bar + 1..<text.count)), host < 256
        {
            return IPAddress(high: 0x2001_0db8_0000_0000, low: network << 16 | host)
        }
        // FNV-1a: the same in every process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in text.indices {
            let byte = text[index]
            guard (0x41...0x5a).contains(byte) || byte == UInt8(ascii: "_") || index > 0 && byte &- 0x30 <= 9 else {
                return nil
            }
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return IPAddress(high: 0x2001_0db8_0001_0000, low: hash)
    }
}

/// Writes `nfdump-csv` with the names of 1.7.5; times to the millisecond, both ways in one record.
public struct NfdumpCSVWriter: FlowWriter {
    public static let format = NfdumpCSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "-"))
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,flags,inPackets,inBytes,")
        bytes.append("outPackets,outBytes\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let comma = UInt8(ascii: ",")
        times.append(flow.start, decimals: 3, to: &bytes)
        bytes.append(comma)
        bytes.append(seconds: flow.duration)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.transport.rawValue))
        bytes.append(comma)
        flow.source.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(comma)
        flow.destination.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(comma)
        var mask: UInt8 = 0x80
        for letter in "CEUAPRSF".utf8 {
            bytes.append((flow.flagsSent | flow.flagsReceived) & mask != 0 ? letter : UInt8(ascii: "."))
            mask >>= 1
        }
        bytes.append(comma)
        bytes.append(decimal: flow.packetsSent)
        bytes.append(comma)
        bytes.append(decimal: flow.bytesSent)
        bytes.append(comma)
        bytes.append(decimal: flow.packetsReceived)
        bytes.append(comma)
        bytes.append(decimal: flow.bytesReceived)
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
