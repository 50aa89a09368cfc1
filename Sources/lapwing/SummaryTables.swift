import FlowFeatures
import FlowFiles
import FlowMath
import FlowModel
import FlowOutput

/// What `explore` shows of a summary: lists, distributions, a time line; as text and as JSON.
struct SummaryTables {
    /// One list: a title, the names of its columns, its rows, and how many more there are.
    struct List {
        var key: String
        var title: String
        var columns: [String]
        var rows: [[Cell]]
        var total: Int
    }

    /// A cell: text, a count, or bytes.
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
    private let measure: TrafficSummary.Measure

    init(_ summary: TrafficSummary, names: FlowNames, top: Int, by measure: TrafficSummary.Measure) {
        self.summary = summary
        self.names = names
        self.top = top
        self.measure = measure
    }

    // MARK: Lists

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

    // MARK: Distributions

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

    // MARK: Text

    func text() -> String {
        let total = summary.total
        guard total.flows > 0 else { return "No flows.\n" }
        let counts = summary.counts
        var text =
            "\(Quantity.count(total.flows, "flow")), \(Quantity.bytes(Double(total.sent))) sent, "
            + "\(Quantity.bytes(Double(total.received))) received; \(Quantity.count(counts.hosts, "host")), "
            + "\(Quantity.count(counts.pairs, "pair")), \(Quantity.count(counts.ports, "destination port"))\n"
        if counts.unlistedHosts > 0 || counts.unlistedPairs > 0 {
            text += "tables full: \(Quantity.count(counts.unlistedHosts, "address look-up")) and "
            text += "\(Quantity.count(counts.unlistedPairs, "flow")) in no host or pair\n"
        }
        text += timeLine()
        for list in lists { text += "\n" + table(list) }
        text += "\nDistributions of a flow, to within 5 %\n"
        var rows = [[""] + Self.quantiles.map(Self.name)]
        for distribution in distributions {
            rows.append(
                [distribution.title]
                    + Self.quantiles.map { q in
                        distribution.read(distribution.quantile(q))
                    })
        }
        text += aligned(rows, leftColumns: 1)
        for distribution in distributions where distribution.noneCount > 0 {
            text += "  \(Quantity.count(distribution.noneCount, "flow")) \(distribution.none)\n"
        }
        return text
    }

    private func timeLine() -> String {
        let (bins, width, outside) = summary.timeline.series(atMost: 60)
        guard let first = bins.first, let last = bins.last else { return "" }
        let most = max(1, bins.map(\.flows).max() ?? 1)
        let bars = Array(" ▁▂▃▄▅▆▇█")
        let line = bins.map { bin in
            bin.flows == 0 ? bars[0] : bars[max(1, (bin.flows * 8 + most - 1) / most)]
        }
        var text =
            "\nTime line: flows each \(Quantity.microseconds(Double(width) * 1e-3)), at most \(Quantity.grouped(most))\n"
        text += "  \(String(line))\n  \(first.start) to \(last.start.advanced(by: width))\n"
        if outside > 0 { text += "  \(Quantity.count(outside, "flow")) far before or after these times\n" }
        return text
    }

    private func table(_ list: List) -> String {
        let more = list.total > list.rows.count ? " (\(list.rows.count) of \(Quantity.grouped(list.total)))" : ""
        let leftColumns = list.columns.first == "source" ? 2 : 1
        return list.title + " by \(measure.rawValue)" + more + "\n"
            + aligned([list.columns] + list.rows.map { $0.map(\.text) }, leftColumns: leftColumns)
    }

    private func aligned(_ rows: [[String]], leftColumns: Int) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if widths.count <= column { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = " "
            for (column, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                line += " " + (column < leftColumns ? cell + blanks : blanks + cell) + " "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    // MARK: JSON

    func json(report: InputReport) -> [UInt8] {
        var json = JSONText()
        let counts = summary.counts
        json.object { json in
            json.field("flows", summary.total.flows)
            json.field("bytesSent", summary.total.sent)
            json.field("bytesReceived", summary.total.received)
            json.field("hosts", counts.hosts)
            json.field("pairs", counts.pairs)
            json.field("destinationPorts", counts.ports)
            json.field("rows", report.rows)
            json.key("rejected")
            json.object { json in
                for reason in RejectReason.allCases where report.rejected[reason] > 0 {
                    json.field("\(reason)", report.rejected[reason])
                }
            }
            json.key("skipped")
            json.object { json in
                for reason in SkipReason.allCases where report.skipped[reason] > 0 {
                    json.field("\(reason)", report.skipped[reason])
                }
            }
            for list in lists { write(list, to: &json) }
            json.key("distributions")
            json.object { json in
                for distribution in distributions {
                    json.key(distribution.key)
                    json.object { json in
                        json.field("none", distribution.noneCount)
                        for q in Self.quantiles {
                            json.field(q == 1 ? "max" : "p\(Int(q * 100))", distribution.quantile(q))
                        }
                    }
                }
            }
            let (bins, width, outside) = summary.timeline.series(atMost: 600)
            json.key("timeLine")
            json.object { json in
                json.field("binSeconds", Double(width) * 1e-9)
                json.field("flowsOutside", outside)
                json.key("bins")
                json.array(bins) { json, bin in
                    json.object { json in
                        json.field("start", bin.start.description)
                        json.field("flows", bin.flows)
                        json.field("bytes", bin.bytes)
                    }
                }
            }
        }
        json.newline()
        return json.bytes
    }

    private func write(_ list: List, to json: inout JSONText) {
        let keys = ["sent": "bytesSent", "received": "bytesReceived"]
        json.key("top" + list.key.prefix(1).uppercased() + list.key.dropFirst())
        json.array(list.rows) { json, row in
            json.object { json in
                for (column, cell) in zip(list.columns, row) {
                    let key = keys[column] ?? column
                    switch cell {
                    case .text(let text): json.field(key, text)
                    case .count(let count): json.field(key, count)
                    case .bytes(let bytes): json.field(key, bytes)
                    case .share(let share): json.field(key, share)
                    }
                }
            }
        }
    }
}
