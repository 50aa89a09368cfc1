public import FlowModel

/// `argus`: binetflow, as `ra` prints flows with a header, separated by commas or tabs.
///
/// Sorted by start. Columns in any order; without SrcBytes the total stands for both ways. Management records and what
/// is not IP (ARP, LLC, IPX) are skipped. `<-` turns the ends around, `<?>` is a record begun in the middle.
public struct ArgusCSVReader: LineReader {
    public static let format = FlowFormat(
        name: "argus", summary: "Argus binetflow with a header, commas or tabs", order: .byStart,
        splitsAtNewlines: true)

    enum Column: Int, CaseIterable, Sendable {
        case time, duration, transport, source, sourcePort, direction, destination, destinationPort, state
        case packets, bytes, sourceBytes, sourcePackets, label
    }

    public var isSkippingLine = false
    public static var directiveStart: UInt8? { UInt8(ascii: "S") }
    public var needsHeader: Bool { !hasHeader }
    private var map = ColumnMap<Column>()
    private var hasHeader = false
    private var separator = UInt8(ascii: ",")
    private var times = CivilTimeParser()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.extracting(0..<(head.firstNewline(from: 0) ?? head.count))
        return line.contains("StartTime") && line.contains("SrcAddr") && line.contains("DstAddr")
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        guard line.count > 9, line.contains("SrcAddr") else { return false }
        let names: [(StaticString, Column)] = [
            ("StartTime", .time), ("Dur", .duration), ("Proto", .transport), ("SrcAddr", .source),
            ("Sport", .sourcePort), ("Dir", .direction), ("DstAddr", .destination), ("Dport", .destinationPort),
            ("State", .state), ("TotPkts", .packets), ("TotBytes", .bytes), ("SrcBytes", .sourceBytes),
            ("SrcPkts", .sourcePackets), ("Label", .label),
        ]
        map = ColumnMap()
        separator = line.first(UInt8(ascii: "\t"), from: 0) != nil ? UInt8(ascii: "\t") : UInt8(ascii: ",")
        var place = 0
        var start = 0
        for index in 0...line.count where index == line.count || line[index] == separator {
            let name = line.extracting(start..<index).trimmed
            for (known, column) in names where name.isEqual(to: known) { map.set(column, at: place) }
            place += 1
            start = index + 1
        }
        let needed: [(Column, String)] = [
            (.time, "StartTime"), (.transport, "Proto"), (.source, "SrcAddr"), (.destination, "DstAddr"),
            (.bytes, "TotBytes"),
        ]
        let missing = needed.filter { !map.has($0.0) }.map(\.1)
        guard missing.isEmpty else { throw .missingColumns(missing, line: number) }
        hasHeader = true
        return true
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if needsHeader || line[0] == UInt8(ascii: "S"), try takeDirective(line, number: number) { return }
        guard hasHeader else { throw .malformed("rows before a header with StartTime and SrcAddr", line: number) }
        let width = map.split(line, at: separator)
        // The label, last, may be left off.
        guard width >= map.width - 1 else {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        let named = map.field(.transport, of: line).trimmed
        if named.isEqual(to: "man") {
            batch.skipped.count(.management)
            return
        }
        for other in ["arp", "rarp", "llc", "ipx/spx", "ipx", "lldp", "loop", "stp", "decnet", "eapol"]
            as [StaticString]
        where named.isEqual(to: other) {
            batch.skipped.count(.notIP)
            return
        }
        var field = FieldName.time
        var column = Column.time
        do throws(FieldError) {
            let start = try times.parse(map.field(.time, of: line).trimmed)
            (field, column) = (.duration, .duration)
            let length = map.field(.duration, of: line).trimmed
            let duration = length.isEmpty ? 0 : try Field.duration(length)
            (field, column) = (.source, .source)
            let source = try Field.address(map.field(.source, of: line).trimmed)
            (field, column) = (.sourcePort, .sourcePort)
            let transport = Transport(text: named) ?? .unknown
            let sourcePort = try port(.sourcePort, of: line, transport)
            (field, column) = (.destination, .destination)
            let destination = try Field.address(map.field(.destination, of: line).trimmed)
            (field, column) = (.destinationPort, .destinationPort)
            let destinationPort = try port(.destinationPort, of: line, transport)
            (field, column) = (.totalBytes, .bytes)
            let bytes = try count(.bytes, of: line)
            (field, column) = (.packets, .packets)
            let packets = try count(.packets, of: line)
            (field, column) = (.bytesSent, .sourceBytes)
            let sent = map.has(.sourceBytes) ? try count(.sourceBytes, of: line) : bytes
            (field, column) = (.packetsSent, .sourcePackets)
            let packetsSent = map.has(.sourcePackets) ? try count(.sourcePackets, of: line) : packets
            var flow = Flow(
                source: source, destination: destination, start: start, duration: duration,
                transport: transport, sourcePort: sourcePort,
                destinationPort: destinationPort, bytesSent: min(sent, bytes), bytesReceived: bytes - min(sent, bytes),
                packetsSent: min(packetsSent, packets), packetsReceived: packets - min(packetsSent, packets))
            if !map.has(.sourceBytes) { flow.traits.insert(.bytesAreTotal) }
            ArgusState.take(map.field(.state, of: line).trimmed, into: &flow)
            turn(map.field(.direction, of: line).trimmed, &flow)
            flow.settleState()
            let label = map.field(.label, of: line).trimmed
            if !label.isEmpty {
                flow.label = batch.names.intern(label)
                batch.nameKinds.insert(.label)
            }
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: map.field(column, of: line))
        }
    }

    /// Of ESP and others without ports the column holds something else, such as the SPI.
    private func port(_ column: Column, of line: Span<UInt8>, _ transport: Transport) throws(FieldError) -> UInt16 {
        let text = map.field(column, of: line).trimmed
        let hasPorts = [.tcp, .udp, .sctp, .icmp, .icmpV6, .unknown].contains(transport)
        return text.isEmpty || !hasPorts ? 0 : try Field.port(text)
    }

    private func count(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt64 {
        let text = map.field(column, of: line).trimmed
        return text.isEmpty ? 0 : try Field.unsigned(text)
    }

    /// `<-` and `<?`: the destination opened it.
    private func turn(_ direction: Span<UInt8>, _ flow: inout Flow) {
        if direction.isEqual(to: "<?>") {
            flow.traits.insert(.isMidstream)
        } else if direction.isEqual(to: "<-") || direction.isEqual(to: "<?") {
            swap(&flow.source, &flow.destination)
            swap(&flow.sourcePort, &flow.destinationPort)
            swap(&flow.flagsSent, &flow.flagsReceived)
            if !flow.traits.contains(.bytesAreTotal) {
                swap(&flow.bytesSent, &flow.bytesReceived)
                swap(&flow.packetsSent, &flow.packetsReceived)
            }
        }
    }
}

/// Argus' states: for TCP the flags of both ends around `_`, else a word.
enum ArgusState {
    static func take(_ text: Span<UInt8>, into flow: inout Flow) {
        if let bar = text.first(UInt8(ascii: "_"), from: 0) {
            for index in 0..<bar { flow.flagsSent |= TCPFlag.of(text[index]) }
            for index in bar + 1..<max(bar + 1, text.count) { flow.flagsReceived |= TCPFlag.of(text[index]) }
            return
        }
        let words: [(StaticString, ConnectionState)] = [
            ("CON", .established), ("INT", .attempted), ("REQ", .attempted), ("ECO", .attempted), ("ACC", .established),
            ("EST", .established), ("FIN", .closed), ("CLO", .closed), ("RST", .reset), ("URP", .rejected),
            ("URH", .rejected), ("URN", .rejected), ("URFIL", .rejected), ("URHPRO", .rejected), ("TIM", .attempted),
        ]
        for (word, state) in words where text.isEqual(to: word) { flow.state = state }
    }

    static func word(_ flow: Flow) -> StaticString {
        guard flow.transport == .tcp else {
            switch flow.state {
            case .attempted: return "INT"
            case .rejected: return "URP"
            case .unknown: return ""
            default: return "CON"
            }
        }
        switch flow.state {
        case .unknown: return ""
        case .attempted: return "S_"
        case .rejected: return "S_RA"
        case .established: return "SPA_SPA"
        case .closing: return "FSPA_SPA"
        case .closed: return "FSPA_FSPA"
        case .reset: return "SRPA_SPA"
        }
    }
}

/// Writes `argus`; times to the microsecond.
public struct ArgusCSVWriter: FlowWriter {
    public static let format = ArgusCSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "/"))
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,")
        bytes.append("SrcPkts,Label\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let comma = UInt8(ascii: ",")
        times.append(flow.start, decimals: 6, to: &bytes)
        bytes.append(comma)
        bytes.append(seconds: flow.duration)
        bytes.append(comma)
        bytes.append(contentsOf: flow.transport.description.utf8)
        bytes.append(comma)
        flow.source.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(flow.bytesReceived > 0 ? ",  <->," : ",   ->,")
        flow.destination.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(comma)
        bytes.append(ArgusState.word(flow))
        bytes.append(",0,0,")
        bytes.append(decimal: flow.packetsSent &+ flow.packetsReceived)
        bytes.append(comma)
        bytes.append(decimal: flow.bytes)
        bytes.append(comma)
        bytes.append(decimal: min(flow.bytesSent, flow.bytes))
        bytes.append(comma)
        bytes.append(decimal: flow.packetsSent)
        bytes.append(comma)
        bytes.append(name: flow.label, of: names.labels, without: comma)
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
