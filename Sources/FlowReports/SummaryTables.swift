public import FlowFeatures
import FlowMath
public import FlowModel
import FlowOutput

/// What `explore` shows of a summary: lists, distributions, a time line; as text and as JSON.
public struct SummaryTables {
    /// One list: a title, the names of its columns, its rows, and how many more there are.
    struct List {
        var key: String
        var title: String
        var columns: [String]
        var rows: [[Cell]]
        var total: Int
    }

    /// One cell of a list.
    enum Cell {
        case text(String)
        case count(Int)
        case bytes(UInt64)
        case share(Double)

        var text: String {
            switch self {
            case .text(let text): text
            case .count(let count): Quantity.grouped(count)
            case .bytes(let bytes): Quantity.bytes(Double(bytes))
            case .share(let share): Quantity.short(share * 100) + " %"
            }
        }
    }

    let summary: TrafficSummary
    private let names: FlowNames
    private let top: Int
    let measure: TrafficSummary.Measure

    /// Tables of a summary. Parameter names: what its ids point into. Parameter top: most rows of a list. Parameter
    /// measure: what lists are ordered by.
    public init(_ summary: TrafficSummary, names: FlowNames, top: Int, by measure: TrafficSummary.Measure) {
        self.summary = summary
        self.names = names
        self.top = top
        self.measure = measure
    }

    var lists: [List] {
        let counts = summary.counts
        return [
            List(
                key: "hosts", title: "Hosts", columns: ["host", "flows", "opened", "peers", "sent", "received"],
                rows: summary.topHosts(top, by: measure).map { address, host in
                    [
                        .text(address.description), .count(host.flows), .count(Int(host.opened)),
                        .count(Int(host.peers)), .bytes(host.sent), .bytes(host.received),
                    ]
                }, total: counts.hosts),
            List(
                key: "pairs", title: "Pairs", columns: ["source", "destination"] + Self.tallyColumns,
                rows: summary.topPairs(top, by: measure).map { source, destination, tally in
                    [.text(source.description), .text(destination.description)] + cells(tally)
                }, total: counts.pairs),
            List(
                key: "ports", title: "Destination ports", columns: ["port"] + Self.tallyColumns,
                rows: summary.topPorts(top, by: measure).map { port, tally in
                    let transport = port.transport == .unknown ? "other" : port.transport.description
                    return [.text("\(port.number)/\(transport)")] + cells(tally)
                }, total: counts.ports),
            list("protocols", "Protocols", "protocol", summary.topTransports(256, by: measure)) { $0.0.description },
            list("states", "States", "state", summary.topStates(16, by: measure)) { $0.0.description },
            list("applications", "Applications", "application", summary.topApplications(.max, by: measure)) {
                names.applications.name($0.0)
            },
            list(
                "groups", "Host groups of either end", "group",
                summary.topGroups(.max, by: measure, names: names.groups)
            ) { names.groups.names.name($0.0) },
            list("labels", "Labels", "label", summary.topLabels(.max, by: measure)) { names.labels.name($0.0) },
        ].filter { !$0.rows.isEmpty }
    }

    private static let tallyColumns = ["flows", "share", "sent", "received"]

    private func cells(_ tally: TrafficSummary.Tally) -> [Cell] {
        let share =
            measure == .flows
            ? Double(tally.flows) / Double(max(1, summary.total.flows))
            : Double(tally.bytes) / Double(max(1, summary.total.bytes))
        return [.count(tally.flows), .share(share), .bytes(tally.sent), .bytes(tally.received)]
    }

    private func list<ID>(
        _ key: String, _ title: String, _ column: String, _ tallies: [(ID, TrafficSummary.Tally)],
        _ name: ((ID, TrafficSummary.Tally)) -> String
    ) -> List {
        List(
            key: key, title: title, columns: [column] + Self.tallyColumns,
            rows: tallies.prefix(top).map { [.text(name($0))] + cells($0.1) }, total: tallies.count)
    }

    /// A measure of flows: its quantiles, how a value reads, and the flows that have none.
    struct Distribution {
        var key: String
        var title: String
        var histogram: LogHistogram
        var largest: Double
        var none: String
        var noneCount: Int
        var read: @Sendable (Double) -> String

        /// The q-quantile in the measure's unit.
        func quantile(_ q: Double) -> Double {
            q == 1 ? largest : min(largest, histogram.quantileOfWholeNumbers(q) ?? 0)
        }
    }

    /// What a quantile is called: `p95`, `median`, `max`.
    static func name(ofQuantile q: Double) -> String { q == 1 ? "max" : q == 0.5 ? "median" : "p\(Int(q * 100))" }

    static let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]

    var distributions: [Distribution] {
        [
            Distribution(
                key: "bytes", title: "bytes", histogram: summary.bytes, largest: Double(summary.largest.bytes),
                none: "without bytes",
                noneCount: summary.empty.bytes, read: Quantity.bytes),
            Distribution(
                key: "durationMicroseconds", title: "duration", histogram: summary.duration,
                largest: Double(summary.largest.duration),
                none: "without a length",
                noneCount: summary.empty.duration, read: Quantity.microseconds),
            Distribution(
                key: "packets", title: "packets", histogram: summary.packets, largest: Double(summary.largest.packets),
                none: "without packets",
                noneCount: summary.empty.packets, read: Quantity.short),
        ].filter { $0.histogram.total > 0 }
    }
}
