public import FlowModel

/// `csv`: any delimited file with a header of usual names, or with a mapping in the settings; and what `show` writes.
///
/// Asked last, when no other format takes the file. In no order of time that could be relied on, so read whole.
public struct CSVReader: LineReader {
    public static let format = FlowFormat(
        name: "csv", summary: "any delimited file, by its header or by a mapping in the settings", order: .unsorted,
        splitsAtNewlines: true)

    enum Column: Int, CaseIterable, Sendable {
        case start, end, duration, source, sourcePort, destination, destinationPort, transport, state, bytes
        case bytesSent, bytesReceived, packetsSent, packetsReceived, flagsSent, flagsReceived, sourceGroups
        case destinationGroups, application, label
    }

    /// Usual names in lower case without blanks, bars, dots and hyphens; ours first.
    private static let names: [(name: StaticString, column: Column)] = [
        ("start", .start), ("starttime", .start), ("ts", .start), ("time", .start), ("timestamp", .start),
        ("stime", .start), ("firstseen", .start), ("flowstart", .start), ("startdatetime", .start), ("date", .start),
        ("datetime", .start), ("first", .start), ("flowstarttime", .start), ("begin", .start),
        ("end", .end), ("endtime", .end), ("lastseen", .end), ("flowend", .end), ("ltime", .end), ("stop", .end),
        ("duration", .duration), ("dur", .duration), ("flowduration", .duration), ("td", .duration),
        ("source", .source), ("src", .source), ("srcip", .source), ("sourceip", .source), ("srcaddr", .source),
        ("sourceaddress", .source), ("ipsrc", .source), ("sa", .source), ("clientip", .source), ("saddr", .source),
        ("sourceipaddress", .source), ("srcipaddr", .source), ("origh", .source), ("idorigh", .source),
        ("sourceipv4address", .source), ("ipv4srcaddr", .source),
        ("sourceport", .sourcePort), ("srcport", .sourcePort), ("sport", .sourcePort), ("sp", .sourcePort),
        ("clientport", .sourcePort), ("srcpt", .sourcePort), ("idorigp", .sourcePort), ("l4srcport", .sourcePort),
        ("destination", .destination), ("dst", .destination), ("dstip", .destination), ("destip", .destination),
        ("destinationip", .destination), ("dstaddr", .destination), ("destinationaddress", .destination),
        ("ipdst", .destination), ("da", .destination), ("serverip", .destination), ("daddr", .destination),
        ("destinationipaddress", .destination), ("dstipaddr", .destination), ("idresph", .destination),
        ("dest", .destination), ("destinationipv4address", .destination), ("ipv4dstaddr", .destination),
        ("destinationport", .destinationPort), ("dstport", .destinationPort), ("destport", .destinationPort),
        ("dport", .destinationPort), ("dp", .destinationPort), ("serverport", .destinationPort),
        ("dstpt", .destinationPort), ("dsport", .destinationPort), ("idrespp", .destinationPort),
        ("l4dstport", .destinationPort),
        ("protocol", .transport), ("proto", .transport), ("pr", .transport), ("ipprotocol", .transport),
        ("transport", .transport), ("protocolidentifier", .transport),
        ("state", .state), ("connstate", .state), ("status", .state),
        ("bytes", .bytes), ("totalbytes", .bytes), ("octets", .bytes), ("byt", .bytes), ("totbytes", .bytes),
        ("bytessent", .bytesSent), ("sentbytes", .bytesSent), ("srcbytes", .bytesSent), ("sbytes", .bytesSent),
        ("origbytes", .bytesSent), ("srctx", .bytesSent), ("bytestoserver", .bytesSent), ("clientbytes", .bytesSent),
        ("totlenfwdpkts", .bytesSent), ("totallengthoffwdpackets", .bytesSent), ("inbytes", .bytesSent),
        ("bytesreceived", .bytesReceived), ("receivedbytes", .bytesReceived), ("rcvdbytes", .bytesReceived),
        ("dstbytes", .bytesReceived), ("dbytes", .bytesReceived), ("respbytes", .bytesReceived),
        ("dsttx", .bytesReceived), ("bytestoclient", .bytesReceived), ("serverbytes", .bytesReceived),
        ("totlenbwdpkts", .bytesReceived), ("totallengthofbwdpackets", .bytesReceived), ("outbytes", .bytesReceived),
        ("packetssent", .packetsSent), ("packets", .packetsSent), ("srcpkts", .packetsSent), ("spkts", .packetsSent),
        ("origpkts", .packetsSent), ("pkts", .packetsSent), ("totfwdpkts", .packetsSent),
        ("totalfwdpackets", .packetsSent), ("inpkts", .packetsSent),
        ("packetsreceived", .packetsReceived), ("dstpkts", .packetsReceived), ("dpkts", .packetsReceived),
        ("resppkts", .packetsReceived), ("totbwdpkts", .packetsReceived), ("totalbackwardpackets", .packetsReceived),
        ("outpkts", .packetsReceived),
        ("flagssent", .flagsSent), ("flags", .flagsSent), ("tcpflags", .flagsSent), ("flagsreceived", .flagsReceived),
        ("sourcegroups", .sourceGroups), ("sourcegroup", .sourceGroups), ("destinationgroups", .destinationGroups),
        ("destinationgroup", .destinationGroups),
        ("application", .application), ("app", .application), ("service", .application), ("appproto", .application),
        ("label", .label), ("class", .label), ("attackcat", .label), ("attack", .label),
    ]
    private static let delimiters = Array(",;\t|".utf8)

    public var isSkippingLine = false
    public var needsHeader: Bool { !hasColumns }
    private var mapping = CSVMapping()
    private var map = ColumnMap<Column>()
    private var delimiter = UInt8(ascii: ",")
    private var header: [UInt8] = []
    private var hasColumns = false
    private var durationFactor = 1e9
    private var times = CivilTimeParser()

    public init() {}

    /// A reader of files with the columns of `mapping`.
    public init(mapping: CSVMapping) {
        self.mapping = mapping
        durationFactor = CSVMapping.nanoseconds[mapping.durationUnit] ?? 1e9
    }

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        guard !FormatCatalog.special.contains(where: { $0.recognizes(head) }) else { return false }
        var reader = CSVReader()
        return reader.accepts(head)
    }

    /// Whether a file that begins with `head` has the columns that a flow needs.
    mutating func accepts(_ head: Span<UInt8>) -> Bool {
        let line = head.extracting(0..<(head.firstNewline(from: 0) ?? head.count)).withoutReturn
        return (try? resolve(line, number: 1)) != nil
    }

    // MARK: Columns

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        guard !hasColumns else { return false }
        try resolve(line, number: number)
        hasColumns = true
        guard mapping.hasHeader else { return false }
        for index in line.indices { header.append(line[index]) }
        return true
    }

    /// Finds the columns in the first line. Throws: those missing.
    private mutating func resolve(_ line: Span<UInt8>, number: Int) throws(ReadError) {
        var missing: [String] = []
        var candidates = mapping.delimiter.utf8.first.map { [$0] } ?? Self.delimiters
        // Without a header any would do: the most frequent.
        if !mapping.hasHeader, candidates.count > 1 {
            var counts = Array(repeating: 0, count: 256)
            for index in line.indices { counts[Int(line[index])] += 1 }
            candidates = [candidates.max { counts[Int($0)] < counts[Int($1)] } ?? UInt8(ascii: ",")]
        }
        for candidate in candidates {
            let found = columns(of: line, candidate)
            let lacking = [
                (Column.start, "start"), (.source, "source"), (.destination, "destination"),
            ].filter { !found.has($0.0) }.map(\.1)
            if lacking.isEmpty {
                map = found
                delimiter = candidate
                return
            }
            if missing.isEmpty || lacking.count < missing.count { missing = lacking }
        }
        throw .missingColumns(missing, line: number)
    }

    private func columns(of line: Span<UInt8>, _ delimiter: UInt8) -> ColumnMap<Column> {
        var map = ColumnMap<Column>()
        let wanted = mapping.wanted
        for (column, name) in wanted {
            if let place = Int(name), (1...10_000).contains(place) { map.set(column, at: place - 1) }
        }
        guard mapping.hasHeader else { return map }
        var fields = DelimitedFields(delimiter: delimiter)
        var place = 0
        while place < 10_000, let name = fields.next(of: line) {
            var text = name
            if place == 0, text.byteOrderMarkLength > 0 { text = text.extracting(3..<text.count) }
            for (column, title) in wanted where Self.isSame(text, title) { map.set(column, at: place) }
            place += 1
        }
        // What the settings do not name has its usual name.
        fields = DelimitedFields(delimiter: delimiter)
        place = 0
        while place < 10_000, let name = fields.next(of: line) {
            var folded: [UInt8] = []
            for index in 0..<min(name.count, 64) {
                let byte = name[index]
                if byte >= 0x41 && byte <= 0x5a { folded.append(byte | 0x20) }
                if byte >= 0x61 && byte <= 0x7a || byte &- 0x30 < 10 { folded.append(byte) }
            }
            for (known, column) in Self.names where folded.span.isEqual(to: known) && mapping.isUnset(column) {
                if !map.has(column) { map.set(column, at: place) }
                break
            }
            place += 1
        }
        return map
    }

    private static func isSame(_ text: Span<UInt8>, _ title: String) -> Bool {
        var place = 0
        for byte in title.utf8 {
            guard place < text.count else { return false }
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a
            guard text[place] == byte || isLetter && text[place] | 0x20 == byte | 0x20 else { return false }
            place += 1
        }
        return place == text.count
    }

    // MARK: Rows

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if !hasColumns, try takeDirective(line, number: number) { return }
        // Files joined to one repeat their header.
        if mapping.hasHeader, line.isEqual(to: header.span) { return }
        guard split(line) >= map.width else {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        var field = FieldName.time
        var column = Column.start
        do throws(FieldError) {
            let start = try Field.moment(map.field(.start, of: line), &times)
            (field, column) = (.source, .source)
            let source = try Field.address(map.field(column, of: line))
            (field, column) = (.destination, .destination)
            let destination = try Field.address(map.field(column, of: line))
            var flow = Flow(source: source, destination: destination, start: start)
            (field, column) = (.duration, map.has(.duration) ? .duration : .end)
            flow.duration = try duration(of: line, from: start)
            (field, column) = (.transport, .transport)
            let named = map.field(column, of: line)
            if !named.isEmpty { flow.transport = Transport(text: named) ?? .unknown }
            (field, column) = (.sourcePort, .sourcePort)
            flow.sourcePort = try port(column, of: line)
            (field, column) = (.destinationPort, .destinationPort)
            flow.destinationPort = try port(column, of: line)
            (field, column) = (.bytesSent, .bytesSent)
            flow.bytesSent = try count(column, of: line)
            (field, column) = (.bytesReceived, .bytesReceived)
            flow.bytesReceived = try count(column, of: line)
            (field, column) = (.totalBytes, .bytes)
            if !map.has(.bytesSent) && !map.has(.bytesReceived) {
                flow.bytesSent = try count(column, of: line)
                if map.has(.bytes) { flow.traits.insert(.bytesAreTotal) }
            }
            (field, column) = (.packetsSent, .packetsSent)
            flow.packetsSent = try count(column, of: line)
            (field, column) = (.packetsReceived, .packetsReceived)
            flow.packetsReceived = try count(column, of: line)
            (field, column) = (.row, .flagsSent)
            flow.flagsSent = try Self.flags(map.field(column, of: line))
            (field, column) = (.row, .flagsReceived)
            flow.flagsReceived = try Self.flags(map.field(column, of: line))
            let state = map.field(.state, of: line)
            if state.isEmpty { flow.settleState() } else { flow.state = PlainState.state(state) }
            takeNames(line, into: &flow, &batch)
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: map.field(column, of: line))
        }
    }

    private mutating func split(_ line: Span<UInt8>) -> Int {
        if line.first(UInt8(ascii: "\""), from: 0) == nil { return map.split(line, at: delimiter) }
        return map.splitQuoted(line, at: delimiter)
    }

    private mutating func duration(of line: Span<UInt8>, from start: Timestamp) throws(FieldError) -> Int64 {
        let length = map.field(.duration, of: line)
        if !length.isEmpty {
            let seconds = try Field.duration(length)
            if durationFactor == 1e9 { return seconds }
            return Int64(Double(seconds) * (durationFactor / 1e9))
        }
        let end = map.field(.end, of: line)
        if end.isEmpty { return 0 }
        let (length2, overflow) = try Field.moment(end, &times).nanoseconds.subtractingReportingOverflow(
            start.nanoseconds)
        return overflow ? 0 : max(0, length2)
    }

    private func port(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt16 {
        let text = map.field(column, of: line)
        return Self.isUnset(text) ? 0 : try Field.port(text)
    }

    private func count(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt64 {
        let text = map.field(column, of: line)
        if Self.isUnset(text) { return 0 }
        // `1234.0`, as pandas writes a column that has gaps.
        if text.count > 2, text[text.count - 2] == UInt8(ascii: "."), text[text.count - 1] == 0x30 {
            return try Field.unsigned(text.extracting(0..<text.count - 2))
        }
        return try Field.unsigned(text)
    }

    private static func isUnset(_ text: Span<UInt8>) -> Bool {
        text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "-") || text.isEqual(to: "nan")
    }

    /// `SAF`, `...AP.SF`, 27 or 0x1b.
    private static func flags(_ text: Span<UInt8>) throws(FieldError) -> UInt8 {
        if isUnset(text) { return 0 }
        if text[0] &- 0x30 < 10 {
            let value = try Field.port(text)
            guard value < 256 else { throw FieldError(.numberTooLarge) }
            return UInt8(value)
        }
        var flags: UInt8 = 0
        for index in text.indices { flags |= TCPFlag.of(text[index] & ~0x20) }
        return flags
    }

    private func takeNames(_ line: Span<UInt8>, into flow: inout Flow, _ batch: inout FlowBatch) {
        flow.application = name(.application, of: line, &batch)
        flow.label = name(.label, of: line, &batch)
        flow.sourceGroups = GroupSetID(rawValue: name(.sourceGroups, of: line, &batch).rawValue)
        flow.destinationGroups = GroupSetID(rawValue: name(.destinationGroups, of: line, &batch).rawValue)
        if map.has(.application) { batch.nameKinds.insert(.application) }
        if map.has(.label) { batch.nameKinds.insert(.label) }
        if map.has(.sourceGroups) || map.has(.destinationGroups) { batch.nameKinds.insert(.groups) }
    }

    private func name(_ column: Column, of line: Span<UInt8>, _ batch: inout FlowBatch) -> NameID {
        let text = map.field(column, of: line)
        return text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "-") ? .none : batch.names.intern(text)
    }
}
