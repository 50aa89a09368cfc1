import ArgumentParser
import FlowFeatures
import FlowFiles
import FlowMath
import FlowModel
import FlowOutput

struct GroupsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Averages, above-average flows and the largest flows of each host group, sent and received.")

    @OptionGroup var input: InputArguments

    @Option(help: "Which groups a flow counts in: the subject's first, or all of them.")
    var membership = "first"

    @Option(help: ArgumentHelp("How many of the largest flows to list.", valueName: "count"))
    var top = 5

    @Flag(help: "Print JSON Lines: the whole, a line a group, a line a pair of groups; numbers not rounded.")
    var json = false

    @Option(help: ReportFile.help)
    var report: String?

    func validate() throws {
        guard GroupStatistics.Membership(rawValue: membership) != nil else {
            throw ValidationError("--membership takes first or all.")
        }
        guard (0...100_000).contains(top) else { throw ValidationError("--top takes a count from 0 to 100000.") }
    }

    func run() throws {
        let source = try input.openSource()
        var statistics = GroupStatistics(membership: GroupStatistics.Membership(rawValue: membership) ?? .first)
        try input.readAll(source) { batch in statistics.add(batch.flows, groups: source.names.groups) }
        var output = OutputStream()
        if json {
            write(statistics, names: source.names.groups, as: JSONText(), to: &output)
        } else {
            write(statistics, names: source.names.groups, to: &output)
        }
        output.flush()
        if let report {
            let page = GroupsPage(
                statistics: statistics, names: source.names.groups, input: source.report, files: input.files, top: top)
            try ReportFile.write(page.page(), to: report)
        }
    }

    private func write(_ statistics: GroupStatistics, names: GroupTable, to output: inout OutputStream) {
        output.write(
            "\(Quantity.count(statistics.flows, "flow")), \(Quantity.bytes(statistics.averageBytes)) a flow on average"
                + " (both ways)\n")
        for group in statistics.groups(names: names) {
            output.write("\n\(group.name): \(Quantity.count(group.entries.count, "flow"))\n")
            for direction in GroupStatistics.Direction.allCases {
                write(group, direction, to: &output)
            }
        }
        output.write("\nAverage bytes a flow between groups (both ways):\n")
        let pairs = statistics.pairs(names: names)
        for pair in pairs.prefix(20) {
            output.write(
                "  \(Quantity.bytes(pair.bytes / Double(pair.flows)))  \(pair.subject) → \(pair.peer)"
                    + " (\(Quantity.count(pair.flows, "flow")))\n")
        }
        if pairs.count > 20 { output.write("  and \(pairs.count - 20) more (--json has all)\n") }
    }

    private func write(
        _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction, to output: inout OutputStream
    ) {
        guard let figures = Statistics(group.bytes(direction)) else { return }
        let above = group.entries(above: figures.mean, direction).count
        let outliers = group.entries(above: figures.robustLimit, direction).count
        let share = Quantity.short(100 * Double(above) / Double(max(1, figures.count)))
        output.write(
            """
              \(direction.rawValue): \(Quantity.bytes(figures.sum)) in all; mean \(Quantity.bytes(figures.mean)), \
            median \(Quantity.bytes(figures.median)), MAD \(Quantity.bytes(figures.mad)), \
            p95 \(Quantity.bytes(figures.p95)), max \(Quantity.bytes(figures.maximum))
                above the mean: \(Quantity.count(above, "flow")) (\(share) %); above the robust limit of \
            \(Quantity.bytes(figures.robustLimit)): \(Quantity.count(outliers, "flow"))

            """)
        for (rank, entry) in group.top(top, direction).enumerated() {
            let bytes = direction == .sent ? entry.sent : entry.received
            output.write(
                "    \(rank + 1). \(Quantity.grouped(Double(bytes))) B  \(entry.source) → \(entry.destination)"
                    + "  \(entry.start)\n")
        }
    }

    private func write(
        _ statistics: GroupStatistics, names: GroupTable, as start: JSONText, to output: inout OutputStream
    ) {
        var json = start
        json.object { json in
            json.field("kind", "overall")
            json.field("flows", statistics.flows)
            json.field("bytes", statistics.bytes)
            json.field("averageBytes", statistics.averageBytes)
        }
        json.newline()
        for group in statistics.groups(names: names) {
            json.object { json in
                json.field("kind", "group")
                json.field("group", group.name)
                json.field("flows", group.entries.count)
                for direction in GroupStatistics.Direction.allCases {
                    json.key(direction.rawValue)
                    json.object { json in write(group, direction, to: &json) }
                }
            }
            json.newline()
        }
        for pair in statistics.pairs(names: names) {
            json.object { json in
                json.field("kind", "pair")
                json.field("subjectGroup", pair.subject)
                json.field("peerGroup", pair.peer)
                json.field("flows", pair.flows)
                json.field("averageBytes", pair.bytes / Double(pair.flows))
            }
            json.newline()
        }
        output.write(json.bytes)
    }

    private func write(
        _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction, to json: inout JSONText
    ) {
        guard let figures = Statistics(group.bytes(direction)) else { return }
        json.field("sum", figures.sum)
        json.field("mean", figures.mean)
        json.field("median", figures.median)
        json.field("mad", figures.mad)
        json.field("p95", figures.p95)
        json.field("max", figures.maximum)
        json.field("robustLimit", figures.robustLimit)
        json.field("flowsAboveMean", group.entries(above: figures.mean, direction).count)
        json.field("flowsAboveRobustLimit", group.entries(above: figures.robustLimit, direction).count)
        json.key("top")
        json.array(group.top(top, direction)) { json, entry in write(entry, to: &json) }
        json.key("aboveRobustLimit")
        json.array(group.entries(above: figures.robustLimit, direction)) { json, entry in write(entry, to: &json) }
    }

    private func write(_ entry: GroupStatistics.Entry, to json: inout JSONText) {
        json.object { json in
            json.field("source", entry.source.description)
            json.field("destination", entry.destination.description)
            json.field("start", entry.start.description)
            json.field("bytesSent", entry.sent)
            json.field("bytesReceived", entry.received)
        }
    }
}
