import FlowModel

/// `argus`: binetflow, as `ra` prints flows with a header, separated by commas or tabs.
///
/// Sorted by start. Columns in any order; without SrcBytes the total stands for both ways. Management records and what
/// is not IP (ARP, LLC, IPX) are skipped. `<-` turns the ends around, `<?>` is a record begun in the middle.
public struct ArgusCSVReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "argus", summary: "Argus binetflow with a header, commas or tabs", order: .byStart,
        splitsAtNewlines: true)

    static let names = ColumnNames([
        ("StartTime", .start), ("Dur", .duration), ("Proto", .transport), ("SrcAddr", .source),
        ("Sport", .sourcePort), ("Dir", .direction), ("DstAddr", .destination), ("Dport", .destinationPort),
        ("State", .state), ("TotPkts", .packets), ("TotBytes", .bytes), ("SrcBytes", .bytesSent),
        ("DstBytes", .bytesReceived), ("SrcPkts", .packetsSent), ("DstPkts", .packetsReceived),
        ("LastTime", .end), ("Label", .label),
    ])
    static let signature = ColumnSet(.start, .source, .destination)
    /// Payloads hold quotes of their own.
    static let mayBeQuoted = false
    private static let needed = ColumnSet(.start, .transport, .source, .destination, .bytes)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        let line = head.headerLine
        return line.contains("StartTime") && line.contains("SrcAddr") && line.contains("DstAddr")
    }

    static func missing(in columns: ColumnSet) -> ColumnSet {
        let missing = needed.subtracting(columns)
        return columns.contains(.bytesSent) ? missing.subtracting(ColumnSet(.bytes)) : missing
    }

    /// The label, last, may be left off.
    var placesNeeded: Int { row.columns.width - 1 }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        if let reason = Self.skipReason(row.text(.transport, of: line)) {
            batch.skipped.count(reason)
            return nil
        }
        var flow = try row.flow(of: line)
        ArgusState.take(row.text(.state, of: line), into: &flow)
        turn(row.text(.direction, of: line), &flow)
        flow.settleState()
        let label = row.text(.label, of: line)
        if !label.isEmpty {
            flow.label = batch.names.intern(label)
            batch.nameKinds.insert(.label)
        }
        return flow
    }

    /// Why a record of that protocol is no flow, if it is none.
    private static func skipReason(_ transport: Span<UInt8>) -> SkipReason? {
        if transport.isEqual(to: "man") { return .management }
        for other in ["arp", "rarp", "llc", "ipx/spx", "ipx", "lldp", "loop", "stp", "decnet", "eapol"]
            as [StaticString]
        where transport.isEqual(to: other) { return .notIP }
        return nil
    }

    /// `<-` and `<?`: the destination opened it.
    private func turn(_ direction: Span<UInt8>, _ flow: inout Flow) {
        if direction.isEqual(to: "<?>") {
            flow.traits.insert(.isMidstream)
        } else if direction.isEqual(to: "<-") || direction.isEqual(to: "<?") {
            flow.turnAround()
        }
    }
}
