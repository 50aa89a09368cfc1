import FlowModel

/// `unsw-nb15`: the raw rows of UNSW-NB15 (Moustafa and Slay 2015), with their header or as its 49 columns without.
///
/// Sorted by end, more or less; times are whole seconds. The category of an attack, or `Normal`, is the label.
public struct UNSWReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "unsw-nb15", summary: "raw rows of UNSW-NB15, with or without header",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true)

    static let names = ColumnNames([
        ("srcip", .source), ("sport", .sourcePort), ("dstip", .destination), ("dsport", .destinationPort),
        ("proto", .transport), ("state", .state), ("dur", .duration), ("sbytes", .bytesSent),
        ("dbytes", .bytesReceived), ("service", .application), ("Spkts", .packetsSent), ("Dpkts", .packetsReceived),
        ("Stime", .start), ("attack_cat", .labelDetail), ("Label", .label),
    ])
    static let delimiters = [UInt8(ascii: ",")]
    static let signature = ColumnSet(.source, .destination, .bytesSent)
    /// How many columns there are without a header.
    private static let width = 49

    private static let normal = Array("Normal".utf8)
    private static let attack = Array("Attack".utf8)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.headerLine
        if let (columns, _) = header(line) { return columns.columns.isSuperset(of: signature) }
        guard let columns = columnsWithoutHeader(line) else { return false }
        var reader = UNSWReader()
        reader.row.columns = columns
        var batch = FlowBatch()
        try? reader.readLine(line, number: 1, into: &batch)
        return batch.flows.count + batch.skipped.total == 1
    }

    static func missing(in columns: ColumnSet) -> ColumnSet {
        signature.union(ColumnSet(.transport, .bytesReceived, .start)).subtracting(columns)
    }

    static func columnsWithoutHeader(_ line: Span<UInt8>) -> ColumnMap? {
        var commas = 0
        for index in line.indices where line[index] == UInt8(ascii: ",") { commas += 1 }
        guard commas == width - 1 else { return nil }
        var columns = ColumnMap([
            .source, .sourcePort, .destination, .destinationPort, .transport, .state, .duration, .bytesSent,
            .bytesReceived,
        ])
        columns.set(.application, at: 13)
        columns.set(.packetsSent, at: 16)
        columns.set(.packetsReceived, at: 17)
        columns.set(.start, at: 28)
        columns.set(.labelDetail, at: 47)
        columns.set(.label, at: 48)
        return columns
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        if row.text(.transport, of: line).isEqual(to: "arp") {
            batch.skipped.count(.notIP)
            return nil
        }
        var flow = try row.flow(of: line)
        ArgusState.take(row.text(.state, of: line), into: &flow)
        flow.application = row.name(.application, of: line, &batch)
        if flow.application != .none { batch.nameKinds.insert(.application) }
        let category = row.text(.labelDetail, of: line)
        if !category.isEmpty {
            flow.label = batch.names.intern(category)
        } else if row.has(.label) {
            let isAttack = row.text(.label, of: line).isEqual(to: "1")
            flow.label = batch.names.intern((isAttack ? Self.attack : Self.normal).span)
        }
        if flow.label != .none { batch.nameKinds.insert(.label) }
        return flow
    }
}
