public import FlowModel

/// `unsw-nb15`: the raw rows of UNSW-NB15 (Moustafa and Slay 2015), with their header or as its 49 columns without.
///
/// Sorted by end, more or less; times are whole seconds. The category of an attack, or `Normal`, is the label.
public struct UNSWReader: LineReader {
    public static let format = FlowFormat(
        name: "unsw-nb15", summary: "raw rows of UNSW-NB15, with or without header",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    enum Column: Int, CaseIterable, Sendable {
        case source, sourcePort, destination, destinationPort, transport, state, duration, bytesSent, bytesReceived
        case service, packetsSent, packetsReceived, start, category, label
    }
    /// The names, and where the columns stand without a header.
    private static let names: [(name: StaticString, place: Int, column: Column)] = [
        ("srcip", 0, .source), ("sport", 1, .sourcePort), ("dstip", 2, .destination), ("dsport", 3, .destinationPort),
        ("proto", 4, .transport), ("state", 5, .state), ("dur", 6, .duration), ("sbytes", 7, .bytesSent),
        ("dbytes", 8, .bytesReceived), ("service", 13, .service), ("Spkts", 16, .packetsSent),
        ("Dpkts", 17, .packetsReceived), ("Stime", 28, .start), ("attack_cat", 47, .category), ("Label", 48, .label),
    ]
    /// How many columns there are without a header.
    private static let width = 49

    private static let normal = Array("Normal".utf8)
    private static let attack = Array("Attack".utf8)

    public var isSkippingLine = false
    public var needsHeader: Bool { !hasHeader }
    private var map = ColumnMap<Column>()
    private var hasHeader = false

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.extracting(0..<(head.firstNewline(from: 0) ?? head.count)).withoutReturn
        if isHeader(line) { return true }
        guard commas(line) == width - 1 else { return false }
        var reader = UNSWReader()
        var batch = FlowBatch()
        try? reader.readLine(line, number: 1, into: &batch)
        return batch.flows.count + batch.skipped.total == 1
    }

    private static func isHeader(_ line: Span<UInt8>) -> Bool {
        line.count < 4096 && line.contains("srcip,") && line.contains("dstip,") && line.contains("sbytes,")
    }

    private static func commas(_ line: Span<UInt8>) -> Int {
        var count = 0
        for index in line.indices where line[index] == UInt8(ascii: ",") { count += 1 }
        return count
    }

    public mutating func takeDirective(_ line: Span<UInt8>, number: Int) throws(ReadError) -> Bool {
        hasHeader = true
        map = ColumnMap()
        guard Self.isHeader(line) else {
            for entry in Self.names { map.set(entry.column, at: entry.place) }
            return false
        }
        var place = 0
        var start = line.byteOrderMarkLength
        for index in 0...line.count where index == line.count || line[index] == UInt8(ascii: ",") {
            let name = line.extracting(min(start, index)..<index).trimmed
            for entry in Self.names where name.isEqual(to: entry.name) { map.set(entry.column, at: place) }
            place += 1
            start = index + 1
        }
        let missing = Self.names.filter { entry in
            !map.has(entry.column) && [.transport, .bytesReceived, .start].contains(entry.column)
        }
        guard missing.isEmpty else { throw .missingColumns(missing.map { "\($0.name)" }, line: number) }
        return true
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        if !hasHeader || Self.isHeader(line), try takeDirective(line, number: number) { return }
        guard map.split(line, at: UInt8(ascii: ",")) >= map.width else {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : .tooFewFields, field: .row, line: number, excerpt: line)
            return
        }
        let named = map.field(.transport, of: line)
        if named.isEqual(to: "arp") {
            batch.skipped.count(.notIP)
            return
        }
        var field = FieldName.time
        var column = Column.start
        do throws(FieldError) {
            let start = try Field.nanoseconds(map.field(.start, of: line), orElse: .badTime)
            (field, column) = (.duration, .duration)
            let duration = try Field.duration(map.field(column, of: line))
            (field, column) = (.source, .source)
            let source = try Field.address(map.field(column, of: line))
            (field, column) = (.destination, .destination)
            let destination = try Field.address(map.field(column, of: line))
            (field, column) = (.sourcePort, .sourcePort)
            let sourcePort = try Self.port(map.field(column, of: line))
            (field, column) = (.destinationPort, .destinationPort)
            let destinationPort = try Self.port(map.field(column, of: line))
            (field, column) = (.bytesSent, .bytesSent)
            let sent = try Field.unsigned(map.field(column, of: line))
            (field, column) = (.bytesReceived, .bytesReceived)
            let received = try Field.unsigned(map.field(column, of: line))
            (field, column) = (.packetsSent, .packetsSent)
            let packetsSent = map.has(column) ? try Field.unsigned(map.field(column, of: line)) : 0
            (field, column) = (.packetsReceived, .packetsReceived)
            let packetsReceived = map.has(column) ? try Field.unsigned(map.field(column, of: line)) : 0
            var flow = Flow(
                source: source, destination: destination, start: Timestamp(nanoseconds: start), duration: duration,
                transport: Transport(text: named) ?? .unknown, sourcePort: sourcePort,
                destinationPort: destinationPort, bytesSent: sent, bytesReceived: received, packetsSent: packetsSent,
                packetsReceived: packetsReceived)
            ArgusState.take(map.field(.state, of: line), into: &flow)
            takeNames(line, into: &flow, batch: &batch)
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: map.field(column, of: line))
        }
    }

    /// A port; `-` where there is none.
    private static func port(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "-") ? 0 : try Field.port(text)
    }

    private func takeNames(_ line: Span<UInt8>, into flow: inout Flow, batch: inout FlowBatch) {
        let service = map.field(.service, of: line)
        if !service.isEmpty, !service.isEqual(to: "-") {
            flow.application = batch.names.intern(service)
            batch.nameKinds.insert(.application)
        }
        let category = map.field(.category, of: line).trimmed
        let isAttack = map.field(.label, of: line).trimmed.isEqual(to: "1")
        if !category.isEmpty {
            flow.label = batch.names.intern(category)
        } else if map.has(.label) {
            flow.label = batch.names.intern((isAttack ? Self.attack : Self.normal).span)
        }
        if flow.label != .none { batch.nameKinds.insert(.label) }
    }
}
