public import FlowMath
public import FlowModel

/// The table by (source, destination) and window of the flows' starts. docs/features.md defines it.
public struct PairFeatureBuilder: FeatureBuilder {
    /// The columns of the table.
    public static let columns: [FeatureTable.Column] = [
        .init("bytes_sent", unit: "B"), .init("bytes_received", unit: "B"), .init("connections"), .init("flows"),
        .init("destination_ports"), .init("source_ports"), .init("tcp_connections"), .init("udp_connections"),
        .init("source_private"), .init("destination_private"),
    ]

    private struct Row {
        var bytesSent: UInt64 = 0
        var bytesReceived: UInt64 = 0
        var connections: UInt32 = 0
        var tcp: UInt32 = 0
        var udp: UInt32 = 0

        mutating func count(_ flow: Flow) {
            bytesSent = bytesSent.addingClamped(flow.bytesSent)
            bytesReceived = bytesReceived.addingClamped(flow.bytesReceived)
            connections &+= 1
            tcp &+= flow.transport == .tcp ? 1 : 0
            udp &+= flow.transport == .udp ? 1 : 0
        }
    }

    private let fill: FeatureFill
    private var endpoints: Endpoints
    private var windows: WindowNumbers
    /// Window's number (40 bits) and pair.
    private var index: RowIndex
    private var rows: [Row] = []
    private var distinct: DistinctFields
    private var counts: [DistinctFields.Counts] = []
    private var empty: [(pair: PairID, windows: Int64)] = []
    public private(set) var left = FeatureOverflow()

    /// No flows yet. Parameter window: its length in nanoseconds, at least a millisecond.
    public init(window: Int64, fill: FeatureFill = .none, limits: FeatureLimits = FeatureLimits()) {
        self.fill = fill
        endpoints = Endpoints(limits)
        windows = WindowNumbers(length: window, limit: limits.rows)
        index = RowIndex(limit: limits.rows)
        distinct = DistinctFields(secondBits: 16, restBits: 8, limit: limits.combinations)
    }

    public mutating func add(_ flows: inout [Flow]) {
        endpoints.identifyPairs(&flows)
        for flow in flows {
            guard flow.pair != .unlisted, let window = windows.number(of: flow.start),
                let row = index.row(UInt64(window) << 24 | UInt64(flow.pair.rawValue))
            else {
                left.flows += 1
                continue
            }
            if row == rows.count { rows.append(Row()) }
            rows[row].count(flow)
            distinct.add(
                row: row, first: UInt64(flow.destinationPort), second: UInt64(flow.sourcePort),
                rest: UInt64(flow.transport.rawValue))
        }
    }

    public mutating func finish() {
        left.uncounted = distinct.uncounted
        counts = distinct.takeCounts(rowCount: rows.count)
        if fill == .zero { findEmpty() }
    }

    private mutating func findEmpty() {
        var seen: [(first: Timestamp, last: Timestamp, rows: Int64)?] = Array(
            repeating: nil, count: endpoints.pairs.indexEnd)
        for row in rows.indices {
            let pair = pair(row).index
            let start = start(row)
            let (first, last, rows) = seen[pair] ?? (start, start, 0)
            seen[pair] = (min(first, start), max(last, start), rows + 1)
        }
        for (pair, seen) in seen.enumerated() {
            guard let seen else { continue }
            let missing = windows.span(seen.first, seen.last) - seen.rows
            if missing > 0 { empty.append((PairID(rawValue: UInt32(pair)), missing)) }
        }
    }

    private func pair(_ row: Int) -> PairID { PairID(rawValue: UInt32(index.keys[row] & (1 << 24 - 1))) }

    private func start(_ row: Int) -> Timestamp { windows.starts[Int(index.keys[row] >> 24)] }

    /// Rows of zeros come behind all others.
    public var rowCount: Int { rows.count + empty.count }

    public func rows(_ range: Range<Int>) -> FeatureRows {
        let pairs = range.map { $0 < rows.count ? pair($0) : empty[$0 - rows.count].pair }
        let starts: [Timestamp?] = range.map { $0 < rows.count ? start($0) : nil }
        let sources = pairs.map { endpoints.source(of: $0) }
        let destinations = pairs.map { endpoints.destination(of: $0) }
        var values: [Double] = []
        values.reserveCapacity(range.count * Self.columns.count)
        for (place, row) in range.enumerated() {
            if row < rows.count {
                values += [
                    Double(rows[row].bytesSent), Double(rows[row].bytesReceived), Double(rows[row].connections),
                    Double(counts[row].combinations), Double(counts[row].first), Double(counts[row].second),
                    Double(rows[row].tcp), Double(rows[row].udp),
                ]
            } else {
                values += [0, 0, 0, 0, 0, 0, 0, 0]
            }
            values.append(sources[place].isPrivateOrLink ? 1 : 0)
            values.append(destinations[place].isPrivateOrLink ? 1 : 0)
        }
        let weights = range.map { $0 < rows.count ? 1 : Double(empty[$0 - rows.count].windows) }
        return FeatureRows(
            keys: [KeyColumn("window", .times(starts))] + KeyColumn.endpoint("source", sources)
                + KeyColumn.endpoint("destination", destinations),
            table: FeatureTable(columns: Self.columns, values: values, weights: fill == .zero ? weights : nil))
    }
}
