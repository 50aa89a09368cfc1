import FlowModel

/// `nfdump-csv`: what `nfdump -o csv` prints, of 1.6, of 1.7 and with the names of 1.7.5, and CIDDS' columns.
///
/// Records come as they were exported: by end, up to the active timeout late by start. Each is one way of a connection
/// unless nfdump joined the two (`-b`); its state is then unknown. What is printed behind the records is passed over.
public struct NfdumpCSVReader: DelimitedReader {
    public static let format = FlowFormat(
        name: "nfdump-csv", summary: "nfdump -o csv of 1.6 and 1.7, and CIDDS",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: true, isOneWay: true)

    static let names = ColumnNames([
        ("ts", .start), ("firstSeen", .start), ("Date first seen", .start),
        ("te", .end), ("lastSeen", .end), ("Date last seen", .end), ("td", .duration), ("duration", .duration),
        ("proto", .transport), ("pr", .transport), ("sa", .source), ("srcAddr", .source), ("Src IP Addr", .source),
        ("sp", .sourcePort), ("srcPort", .sourcePort), ("Src Pt", .sourcePort),
        ("da", .destination), ("dstAddr", .destination), ("Dst IP Addr", .destination),
        ("dp", .destinationPort), ("dstPort", .destinationPort), ("Dst Pt", .destinationPort),
        ("flg", .flagsSent), ("flags", .flagsSent), ("packets", .packetsSent), ("ipkt", .packetsSent),
        ("inPackets", .packetsSent), ("bytes", .bytesSent), ("ibyt", .bytesSent), ("inBytes", .bytesSent),
        ("opkt", .packetsReceived), ("outPackets", .packetsReceived),
        ("obyt", .bytesReceived), ("outBytes", .bytesReceived),
        ("class", .label), ("label", .label), ("attackType", .labelDetail),
    ])
    static let signature = ColumnSet(.start, .source, .destination)

    public var isSkippingLine = false
    var row = RowCursor()

    public init() { row.hasTypeDotCode = true }

    static func missing(in columns: ColumnSet) -> ColumnSet {
        ColumnSet(.start, .source, .destination, .transport, .bytesSent).subtracting(columns)
    }

    /// What nfdump prints behind the records, in CSV and in its other modes: a summary, whose sums are six numbers.
    static func isAside(_ line: Span<UInt8>) -> Bool {
        for beginning in [
            "Summary", "flows,bytes,packets", "Time window", "Total flows", "Sys:", "No matching flows",
        ] as [StaticString] where line.begins(with: beginning) { return true }
        var commas = 0
        for index in line.indices where line[index] &- 0x30 > 9 {
            guard line[index] == UInt8(ascii: ",") else { return false }
            commas += 1
        }
        return commas == 5
    }

    mutating func flow(of line: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        let start = try row.time(.start, of: line)
        let duration = try duration(of: line, from: start)
        if row.text(.transport, of: line).isEmpty { throw FieldError(.unknownProtocol) }
        let source = try address(.source, of: line)
        let destination = try address(.destination, of: line)
        var flow = try row.flow(of: line, from: source, to: destination, start: start, duration: duration)
        if flow.transport == .tcp { flow.flagsSent = try row.flags(.flagsSent, of: line) }
        flow.label = row.label(of: line, &batch)
        return flow
    }

    /// 0 where the last packet is dated before the first: nfdump then prints the difference below 2⁶⁴ ms or 2³² s.
    private mutating func duration(of line: Span<UInt8>, from start: Timestamp) throws(FieldError) -> Int64 {
        do throws(FieldError) {
            let duration = try row.duration(of: line, from: start)
            return duration < 2_147_483_648_000_000_000 ? duration : 0
        } catch {
            if error.reason == .timeOutOfRange, row.column == .duration { return 0 }
            throw error
        }
    }

    private mutating func address(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> IPAddress {
        do throws(FieldError) {
            return try row.address(column, of: line)
        } catch {
            guard row.columns.has(.labelDetail), let address = CiddsAddress.address(row.text(column, of: line)) else {
                throw error
            }
            return address
        }
    }
}
