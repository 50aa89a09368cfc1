public import FlowMath
public import FlowModel

/// The table by flow, which is a 5-tuple: source, its port, destination, its port, protocol. docs/features.md defines it.
public struct FlowFeatureBuilder: FeatureBuilder {
    /// The ports with a flag each: the second seed's, RabbitMQ's put right.
    static let ports: [UInt16] = [22, 53, 80, 443, 1194, 3306, 5672, 8080]

    /// The columns of the table.
    public static let columns: [FeatureTable.Column] =
        [
            .init("connections"), .init("duration", unit: "s"), .init("bytes_sent", unit: "B"),
            .init("bytes_received", unit: "B"), .init("bytes_ratio"), .init("throughput_sent", unit: "B/s"),
            .init("throughput_received", unit: "B/s"),
        ] + ConnectionState.allCases.map { .init("state_\($0)") } + [
            .init("source_private"), .init("destination_private"),
        ] + ports.map { .init("port_\($0)") } + [.init("proto_tcp"), .init("proto_udp"), .init("proto_icmp")]

    private struct Row {
        var firstStart: Timestamp
        var lastStart: Timestamp
        var lastEnd: Timestamp
        var bytesSent: UInt64 = 0
        var bytesReceived: UInt64 = 0
        var connections: UInt32 = 0
        var states = StateCounts()
        var firstState: ConnectionState
        var lastState: ConnectionState

        init(_ flow: Flow) {
            firstStart = flow.start
            lastStart = flow.start
            lastEnd = flow.end
            firstState = flow.state
            lastState = flow.state
        }

        mutating func count(_ flow: Flow) {
            if flow.start < firstStart {
                firstStart = flow.start
                firstState = flow.state
            }
            if flow.start >= lastStart {
                lastStart = flow.start
                lastState = flow.state
            }
            lastEnd = max(lastEnd, flow.end)
            bytesSent = bytesSent.addingClamped(flow.bytesSent)
            bytesReceived = bytesReceived.addingClamped(flow.bytesReceived)
            connections &+= 1
            states.count(flow.state)
        }

        /// Seconds from the first packet to the last.
        var duration: Double { Double(lastEnd.nanoseconds.subtractingClamped(firstStart.nanoseconds)) / 1e9 }
    }

    private var endpoints: Endpoints
    private var index: RowIndex
    private var rows: [Row] = []
    public private(set) var left = FeatureOverflow()

    /// No flows yet.
    public init(limits: FeatureLimits = FeatureLimits()) {
        endpoints = Endpoints(limits)
        index = RowIndex(limit: limits.rows)
    }

    public mutating func add(_ flows: inout [Flow]) {
        endpoints.identifyPairs(&flows)
        for flow in flows {
            guard flow.pair != .unlisted, let row = index.row(flow.tuple) else {
                left.flows += 1
                continue
            }
            if row == rows.count { rows.append(Row(flow)) }
            rows[row].count(flow)
        }
    }

    public mutating func finish() {}

    public var rowCount: Int { rows.count }

    public func rows(_ range: Range<Int>) -> FeatureRows {
        let tuples = range.map { index.keys[$0] }
        let pairs = tuples.map { PairID(rawValue: UInt32($0 >> 40)) }
        let sources = pairs.map { endpoints.source(of: $0) }
        let destinations = pairs.map { endpoints.destination(of: $0) }
        let sourcePorts = tuples.map { UInt16(truncatingIfNeeded: $0 >> 24) }
        let destinationPorts = tuples.map { UInt16(truncatingIfNeeded: $0 >> 8) }
        let transports = tuples.map { Transport(rawValue: UInt8(truncatingIfNeeded: $0)) }
        var values: [Double] = []
        values.reserveCapacity(range.count * Self.columns.count)
        for (place, row) in rows[range].enumerated() {
            let duration = row.duration
            let sent = Double(row.bytesSent)
            let received = Double(row.bytesReceived)
            values += [Double(row.connections), duration, sent, received, received / max(sent, 1)]
            values += duration > 0 ? [sent / duration, received / duration] : [0, 0]
            row.states.append(to: &values)
            values.append(sources[place].isPrivateOrLink ? 1 : 0)
            values.append(destinations[place].isPrivateOrLink ? 1 : 0)
            for port in Self.ports { values.append(destinationPorts[place] == port ? 1 : 0) }
            values.append(transports[place] == .tcp ? 1 : 0)
            values.append(transports[place] == .udp ? 1 : 0)
            values.append(transports[place] == .icmp || transports[place] == .icmpV6 ? 1 : 0)
        }
        return FeatureRows(
            keys: KeyColumn.endpoint("source", sources) + [KeyColumn("source_port", .ports(sourcePorts))]
                + KeyColumn.endpoint("destination", destinations) + [
                    KeyColumn("destination_port", .ports(destinationPorts)),
                    KeyColumn("protocol", .transports(transports)),
                    KeyColumn("first_seen", .times(rows[range].map(\.firstStart))),
                    KeyColumn("last_seen", .times(rows[range].map(\.lastEnd))),
                    KeyColumn("first_state", .states(rows[range].map(\.firstState))),
                    KeyColumn("last_state", .states(rows[range].map(\.lastState))),
                ],
            table: FeatureTable(columns: Self.columns, values: values))
    }
}

/// Connections by state, in the order of `ConnectionState.allCases`.
struct StateCounts: Sendable {
    private var counts = InlineArray<7, UInt32>(repeating: 0)

    mutating func count(_ state: ConnectionState) { counts[Int(state.rawValue)] &+= 1 }

    func append(to values: inout [Double]) {
        for index in counts.indices { values.append(Double(counts[index])) }
    }
}
