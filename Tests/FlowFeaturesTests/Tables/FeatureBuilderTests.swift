import FlowMath
import FlowModel
import Testing

@testable import FlowFeatures

private let client = IPAddress(v4: 0x0a00_0001)
private let server = IPAddress(v4: 0xc0a8_0102)
private let outside = IPAddress(v4: 0x0808_0808)

private func flow(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ port: UInt16, at second: Int64,
    lasting: Int64 = 0, _ transport: Transport = .tcp, _ state: ConnectionState = .closed, sent: UInt64 = 100,
    received: UInt64 = 200
) -> Flow {
    Flow(
        source: source, destination: destination, start: Timestamp(seconds: second), duration: lasting * 1_000_000_000,
        transport: transport, state: state, sourcePort: sourcePort, destinationPort: port, bytesSent: sent,
        bytesReceived: received)
}

/// Four flows in two windows of ten seconds; the last stands alone in the fourth.
private let sample = [
    flow(client, 5000, server, 80, at: 0),
    flow(client, 5000, server, 80, at: 4, lasting: 6, .tcp, .reset, sent: 300, received: 0),
    flow(client, 5001, outside, 53, at: 9, .udp, .attempted, sent: 60, received: 0),
    flow(client, 5000, server, 80, at: 30),
]

private let tenSeconds: Int64 = 10_000_000_000

extension FeatureBuilder {
    /// The rows of some flows.
    fileprivate consuming func rows(of flows: [Flow]) -> FeatureRows {
        var flows = flows
        add(&flows)
        finish()
        return rows(0..<rowCount)
    }
}

extension FeatureRows {
    /// A row's values by column.
    fileprivate func values(_ row: Int) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.name), table.row(row)))
    }

    fileprivate func times(_ name: String) -> [Int64?] {
        guard case .times(let times) = keys.first(where: { $0.name == name })?.values else { return [] }
        return times.map { $0.map { $0.nanoseconds / 1_000_000_000 } }
    }
}

@Test func `a 5-tuple's row`() throws {
    let rows = FlowFeatureBuilder().rows(of: sample)
    #expect(rows.table.rowCount == 2)
    let first = rows.values(0)
    #expect(first["connections"] == 3)
    #expect(first["duration"] == 30)
    #expect(first["bytes_sent"] == 500)
    #expect(first["bytes_received"] == 400)
    #expect(first["bytes_ratio"] == 0.8)
    #expect(first["throughput_sent"] == 500.0 / 30)
    #expect(first["state_closed"] == 2 && first["state_reset"] == 1 && first["state_attempted"] == 0)
    #expect(first["source_private"] == 1 && first["destination_private"] == 1)
    #expect(first["port_80"] == 1 && first["port_53"] == 0 && first["proto_tcp"] == 1)
    let second = rows.values(1)
    #expect(second["duration"] == 0 && second["throughput_sent"] == 0 && second["bytes_ratio"] == 0)
    #expect(second["destination_private"] == 0 && second["proto_udp"] == 1 && second["state_attempted"] == 1)
    #expect(rows.times("first_seen") == [0, 9] && rows.times("last_seen") == [30, 9])
}

@Test func `first and last state go by start, not by the order of the input`() {
    let rows = FlowFeatureBuilder().rows(of: [
        flow(client, 1, server, 2, at: 5, .tcp, .established), flow(client, 1, server, 2, at: 1, .tcp, .attempted),
        flow(client, 1, server, 2, at: 5, .tcp, .closed),
    ])
    for (name, state) in [("first_state", ConnectionState.attempted), ("last_state", .closed)] {
        guard case .states(let states) = rows.keys.first(where: { $0.name == name })?.values else {
            Issue.record("no \(name)")
            return
        }
        #expect(states == [state])
    }
}

@Test func `a pair's windows, and its empty ones as one weighted row`() {
    let plain = PairFeatureBuilder(window: tenSeconds).rows(of: sample)
    #expect(plain.table.rowCount == 3)
    #expect(plain.table.weights == nil)
    let filled = PairFeatureBuilder(window: tenSeconds, fill: .zero).rows(of: sample)
    #expect(filled.times("window") == [0, 0, 30, nil])
    #expect(filled.table.weights == [1, 1, 1, 2])
    #expect(Array(filled.table.row(0)) == [400, 200, 2, 1, 1, 1, 2, 0, 1, 1])
    #expect(Array(filled.table.row(1)) == [60, 0, 1, 1, 1, 1, 0, 1, 1, 0])
    #expect(Array(filled.table.row(3)) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
}

@Test func `flows, destination ports and source ports of a pair are each counted apart`() {
    let flows = [(1, 80), (1, 443), (2, 80), (2, 80)].map { flow(client, $0.0, server, $0.1, at: 1) }
    let row = PairFeatureBuilder(window: tenSeconds).rows(of: flows + [flow(client, 2, server, 80, at: 2, .udp)])
        .values(0)
    #expect(row["connections"] == 5 && row["flows"] == 4)
    #expect(row["destination_ports"] == 2 && row["source_ports"] == 2)
    #expect(row["tcp_connections"] == 4 && row["udp_connections"] == 1)
}

@Test func `a host's both sides`() {
    let rows = HostFeatureBuilder().rows(of: sample + [flow(outside, 7, client, 22, at: 31)])
    #expect(rows.table.rowCount == 3)
    let host = rows.values(0)
    #expect(host["connections_opened"] == 4 && host["unanswered_opened"] == 1)
    #expect(host["peers"] == 2 && host["peer_ports"] == 2 && host["services"] == 2)
    #expect(host["bytes_sent"] == 760 && host["bytes_received"] == 500)
    #expect(host["bytes_sent_public"] == 260)
    #expect(host["connections_received"] == 1 && host["clients"] == 1 && host["served_ports"] == 1)
    #expect(rows.values(1)["private"] == 1 && rows.values(2)["private"] == 0)
    let windows = HostFeatureBuilder(window: tenSeconds).rows(of: sample)
    #expect(windows.times("window") == [0, 0, 0, 30, 30])
}

@Test func `a window has the second seed's 57 features, bytes and entropies`() {
    #expect(WindowFeatureBuilder.columns.count == 57 + 2 + 4)
    let rows = WindowFeatureBuilder(window: tenSeconds).rows(of: sample.reversed())
    #expect(rows.times("window") == [0, 30])
    let row = rows.values(0)
    #expect(row["num_entries"] == 3 && row["count_flows"] == 2 && row["count_conns"] == 2)
    #expect(row["num_flows_per_conn_mean"] == 1)
    #expect(row["num_state_new"] == 1 && row["num_state_closed"] == 1 && row["num_state_reset"] == 1)
    #expect(row["count_src_ip"] == 1 && row["entropy_src_ip"] == 0)
    #expect(row["count_dst_port"] == 2)
    // Two of three flows go to one port: log2 3 - 2/3.
    #expect(abs((row["entropy_dst_port"] ?? 0) - 0.918_295_834_054_489_6) < 1e-12)
    #expect(row["bytes_sent"] == 460 && row["bytes_received"] == 200)
    #expect(row["dst_ip_per_src_ip_max"] == 2 && row["src_ip_per_dst_ip_max"] == 1)
}

@Test func `empty windows are rows of zeros, but for gaps that are too long`() {
    let filled = WindowFeatureBuilder(window: tenSeconds, fill: .zero).rows(of: sample)
    #expect(filled.times("window") == [0, 10, 20, 30])
    #expect(filled.table.weights == nil)
    #expect(filled.table.row(1).allSatisfy { $0 == 0 } && filled.table.row(2).allSatisfy { $0 == 0 })
    #expect(filled.values(3)["num_entries"] == 1)
    // One flow of 1970, one of 2255: the gaps about the others are too long, the one between them is filled.
    var builder = WindowFeatureBuilder(window: tenSeconds, fill: .zero)
    var flows = [0, 1_500_000_000, 1_500_000_030, 9_000_000_000].map { flow(client, 1, server, 80, at: $0) }
    builder.add(&flows)
    builder.finish()
    #expect(builder.rowCount == 6)
    #expect(builder.rows(1..<5).times("window") == [0, 10, 20, 30].map { 1_500_000_000 + $0 })
    #expect(builder.left == FeatureOverflow(unfilled: 149_999_999 + 749_999_996))
    // Hours between 1970 and 2017 would fit into a million rows: more than a year is no silence. 1,500,001,200 s are 416,667 h.
    var hourly = WindowFeatureBuilder(window: 3_600_000_000_000, fill: .zero)
    var stray = [0, 1_500_001_200, 1_500_008_400].map { flow(client, 1, server, 80, at: $0) }
    hourly.add(&stray)
    hourly.finish()
    #expect(hourly.rowCount == 4 && hourly.left == FeatureOverflow(unfilled: 416_666))
}

@Test func `distributions count distinct things and interpolate as pandas does`() {
    // Ports of five pairs: 1, 1, 2, 3 and 8.
    let flows = [1, 1, 2, 3, 8].enumerated().flatMap { number, ports in
        (0..<ports).flatMap { port in
            (0..<2).map { _ in
                flow(client, 9, IPAddress(v4: UInt32(number)), UInt16(port), at: 0)
            }
        }
    }
    let row = WindowFeatureBuilder(window: tenSeconds).rows(of: flows).values(0)
    #expect(row["num_entries"] == 30)
    #expect(row["dst_port_per_conn_max"] == 8 && row["dst_port_per_conn_mean"] == 3)
    #expect(row["dst_port_per_conn_perc25"] == 1 && row["dst_port_per_conn_perc50"] == 2)
    #expect(row["dst_port_per_conn_perc75"] == 3 && row["dst_port_per_conn_perc90"] == 6)
    #expect(row["dst_port_per_src_ip_max"] == 8 && row["dst_ip_per_dst_port_max"] == 5)
}

@Test func `columns are named once, and none is a key too`() {
    let builders: [any FeatureBuilder] = [
        FlowFeatureBuilder(), PairFeatureBuilder(window: 1), HostFeatureBuilder(window: 1),
        WindowFeatureBuilder(window: 1),
    ]
    for builder in builders {
        let rows = builder.rows(0..<0)
        let names = rows.table.columns.map(\.name) + rows.keys.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(rows.table.rowCount == 0)
    }
    #expect(ConnectionState.allCases.count == 7)
}

@Test func `beyond a limit flows are counted and left out`() {
    var limits = FeatureLimits()
    limits.rows = 1
    var builder = PairFeatureBuilder(window: tenSeconds, limits: limits)
    var flows = sample
    builder.add(&flows)
    builder.finish()
    #expect(builder.rowCount == 1)
    #expect(builder.left == FeatureOverflow(flows: 2))
    limits = FeatureLimits()
    limits.hosts = 2
    var hosts = HostFeatureBuilder(limits: limits)
    hosts.add(&flows)
    hosts.finish()
    #expect(hosts.rowCount == 2)
    #expect(hosts.left == FeatureOverflow(flows: 1))
    limits = FeatureLimits()
    limits.combinations = 8
    var scanned = HostFeatureBuilder(limits: limits)
    flows = (0..<100).map { flow(client, 1, server, UInt16($0), at: 0) }
    scanned.add(&flows)
    scanned.finish()
    #expect(scanned.rows(0..<1).table.row(0)[7] == 8)
    // Either side has its own count.
    #expect(scanned.left == FeatureOverflow(uncounted: 2 * 92))
}

@Test func `a window long left behind is closed, and what comes for it is counted`() {
    var builder = WindowFeatureBuilder(window: tenSeconds, patience: 2)
    var flows = [0, 100, 100, 100, 100, 1].map { flow(client, 1, server, 80, at: $0) }
    builder.add(&flows)
    builder.finish()
    #expect(builder.rowCount == 2)
    #expect(builder.left == FeatureOverflow(late: 1))
    #expect(builder.rows(0..<1).table.values[0] == 1)
}

@Test func `distinct counts stay exact when repeats are thrown out on the way`() {
    var distinct = DistinctFields(secondBits: 16, restBits: 8, limit: 64)
    for round in 0..<100 {
        for row in 0..<3 {
            distinct.add(row: row, first: UInt64(round % 4), second: UInt64(round % (row + 1)), rest: 0)
        }
    }
    #expect(distinct.uncounted == 0)
    let counts = distinct.takeCounts(rowCount: 3)
    #expect(counts.map(\.combinations) == [4, 4, 12])
    #expect(counts.map(\.first) == [4, 4, 4])
    #expect(counts.map(\.second) == [1, 2, 3])
    var full = DistinctFields(secondBits: 16, restBits: 8, limit: 8)
    for value in 0..<100 { full.add(row: 0, first: UInt64(value), second: 0, rest: 0) }
    #expect(full.uncounted == 92)
    // What is full is not sorted again for each flow that comes: this would take minutes.
    var large = DistinctFields(secondBits: 16, restBits: 8, limit: 1 << 16)
    for value in 0..<1 << 18 { large.add(row: value, first: 0, second: 0, rest: 0) }
    #expect(large.uncounted == 3 << 16)
}

@Test func `flows at both ends of all time, with all the bytes there are, do not trap`() {
    var flows = [Int64.min, -1, .max].flatMap { moment in
        (0..<2).map { _ in
            Flow(
                source: .unspecified, destination: IPAddress(high: .max, low: .max),
                start: Timestamp(nanoseconds: moment), duration: .max, sourcePort: .max, destinationPort: .max,
                bytesSent: .max, bytesReceived: .max)
        }
    }
    var limits = FeatureLimits()
    limits.hosts = .max
    limits.pairs = .max
    limits.rows = .max
    let builders: [any FeatureBuilder] = [
        FlowFeatureBuilder(limits: limits), PairFeatureBuilder(window: 1, fill: .zero, limits: limits),
        HostFeatureBuilder(window: .max, limits: limits),
        WindowFeatureBuilder(window: 1, fill: .zero, limits: limits),
        WindowFeatureBuilder(window: 86_400_000_000_000, fill: .zero, limits: limits),
    ]
    for var builder in builders {
        builder.add(&flows)
        builder.finish()
        let rows = builder.rows(0..<builder.rowCount)
        #expect(rows.table.rowCount > 0)
        let isFinite = rows.table.values.allSatisfy { $0.isFinite }
        #expect(isFinite)
    }
}
