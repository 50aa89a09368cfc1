public import FlowMath
public import FlowModel

/// The table by host, over all flows or by window of their starts. docs/features.md defines it.
public struct HostFeatureBuilder: FeatureBuilder {
    /// The columns of the table.
    public static let columns: [FeatureTable.Column] = [
        .init("bytes_sent", unit: "B"), .init("bytes_received", unit: "B"), .init("bytes_sent_public", unit: "B"),
        .init("connections_opened"), .init("unanswered_opened"), .init("peers"), .init("peer_ports"),
        .init("services"), .init("connections_received"), .init("unanswered_received"), .init("clients"),
        .init("served_ports"), .init("private"),
    ]

    private struct Row {
        var bytesSent: UInt64 = 0
        var bytesReceived: UInt64 = 0
        var bytesSentPublic: UInt64 = 0
        var opened: UInt32 = 0
        var unansweredOpened: UInt32 = 0
        var received: UInt32 = 0
        var unansweredReceived: UInt32 = 0

        mutating func countOpened(_ flow: Flow) {
            bytesSent = bytesSent.addingClamped(flow.bytesSent)
            bytesReceived = bytesReceived.addingClamped(flow.bytesReceived)
            if flow.destination.scope == .public { bytesSentPublic = bytesSentPublic.addingClamped(flow.bytesSent) }
            opened &+= 1
            unansweredOpened &+= flow.isAnswered ? 0 : 1
        }

        mutating func countReceived(_ flow: Flow) {
            bytesSent = bytesSent.addingClamped(flow.bytesReceived)
            bytesReceived = bytesReceived.addingClamped(flow.bytesSent)
            if flow.source.scope == .public { bytesSentPublic = bytesSentPublic.addingClamped(flow.bytesReceived) }
            received &+= 1
            unansweredReceived &+= flow.isAnswered ? 0 : 1
        }
    }

    private var endpoints: Endpoints
    /// Nil when rows are about all flows of a host.
    private var windows: WindowNumbers?
    /// Window's number (40 bits; 0 without windows) and host.
    private var index: RowIndex
    private var rows: [Row] = []
    /// Whom it called, at which port.
    private var called: DistinctFields
    /// Who called it, at which port.
    private var callers: DistinctFields
    private var calledCounts: [DistinctFields.Counts] = []
    private var callerCounts: [DistinctFields.Counts] = []
    public private(set) var left = FeatureOverflow()

    /// No flows yet. Parameter window: its length in nanoseconds, at least a millisecond; nil for a row a host.
    public init(window: Int64? = nil, limits: FeatureLimits = FeatureLimits()) {
        endpoints = Endpoints(limits)
        windows = window.map { WindowNumbers(length: $0, limit: limits.rows) }
        index = RowIndex(limit: limits.rows)
        called = DistinctFields(secondBits: 16, restBits: 0, limit: limits.combinations)
        callers = called
    }

    public mutating func add(_ flows: inout [Flow]) {
        endpoints.identifyHosts(&flows)
        for flow in flows {
            guard flow.sourceHost != .unlisted, flow.destinationHost != .unlisted,
                let window = windows == nil ? 0 : windows?.number(of: flow.start),
                let source = row(UInt64(window) << 24 | UInt64(flow.sourceHost.rawValue)),
                let destination = row(UInt64(window) << 24 | UInt64(flow.destinationHost.rawValue))
            else {
                left.flows += 1
                continue
            }
            let port = UInt64(flow.destinationPort)
            rows[source].countOpened(flow)
            called.add(row: source, first: UInt64(flow.destinationHost.rawValue), second: port, rest: 0)
            rows[destination].countReceived(flow)
            callers.add(row: destination, first: UInt64(flow.sourceHost.rawValue), second: port, rest: 0)
        }
    }

    private mutating func row(_ key: UInt64) -> Int? {
        guard let row = index.row(key) else { return nil }
        if row == rows.count { rows.append(Row()) }
        return row
    }

    public mutating func finish() {
        left.uncounted = called.uncounted + callers.uncounted
        calledCounts = called.takeCounts(rowCount: rows.count)
        callerCounts = callers.takeCounts(rowCount: rows.count)
    }

    public var rowCount: Int { rows.count }

    public func rows(_ range: Range<Int>) -> FeatureRows {
        let hosts = range.map {
            endpoints.hosts.address(of: HostID(rawValue: UInt32(index.keys[$0] & (1 << 24 - 1))))
        }
        var values: [Double] = []
        values.reserveCapacity(range.count * Self.columns.count)
        for (place, number) in range.enumerated() {
            let row = rows[number]
            let called = calledCounts[number]
            let callers = callerCounts[number]
            values += [Double(row.bytesSent), Double(row.bytesReceived), Double(row.bytesSentPublic)]
            values += [Double(row.opened), Double(row.unansweredOpened), Double(called.first), Double(called.second)]
            values += [Double(called.combinations), Double(row.received), Double(row.unansweredReceived)]
            values += [Double(callers.first), Double(callers.second), hosts[place].isPrivateOrLink ? 1 : 0]
        }
        var keys = KeyColumn.endpoint("host", hosts)
        if let windows {
            keys.insert(KeyColumn("window", .times(range.map { windows.starts[Int(index.keys[$0] >> 24)] })), at: 0)
        }
        return FeatureRows(keys: keys, table: FeatureTable(columns: Self.columns, values: values))
    }
}
