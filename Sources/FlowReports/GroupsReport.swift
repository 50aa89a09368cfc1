public import FlowFeatures
import FlowMath
public import FlowModel
import FlowOutput

/// What `groups` prints of host groups, as text and as JSON Lines.
public struct GroupsReport {
    /// Pairs of groups printed as text; JSON has all.
    private static let pairLimit = 20

    let statistics: GroupStatistics
    let names: GroupTable
    let top: Int

    /// A report. Parameter names: what the groups are called. Parameter top: most flows listed of each group and way.
    public init(_ statistics: GroupStatistics, names: GroupTable, top: Int) {
        self.statistics = statistics
        self.names = names
        self.top = top
    }

    /// For a person: each group's figures, sent and received, then averages between groups.
    public func text() -> String {
        var text =
            "\(Quantity.count(statistics.flows, "flow")), \(Quantity.bytes(statistics.averageBytes)) a flow on average"
            + " (both ways)\n"
        for group in statistics.groups(names: names) {
            text += "\n\(group.name): \(Quantity.count(group.entries.count, "flow"))\n"
            for direction in GroupStatistics.Direction.allCases { text += lines(of: group, direction) }
        }
        text += "\nAverage bytes a flow between groups (both ways):\n"
        let pairs = statistics.pairs(names: names)
        for pair in pairs.prefix(Self.pairLimit) {
            text +=
                "  \(Quantity.bytes(pair.bytes / Double(pair.flows)))  \(pair.subject) → \(pair.peer)"
                + " (\(Quantity.count(pair.flows, "flow")))\n"
        }
        if pairs.count > Self.pairLimit { text += "  and \(pairs.count - Self.pairLimit) more (--json has all)\n" }
        return text
    }

    private func lines(of group: GroupStatistics.Group, _ direction: GroupStatistics.Direction) -> String {
        guard let figures = Statistics(group.bytes(direction)) else { return "" }
        let above = group.entries(above: figures.mean, direction).count
        let outliers = group.entries(above: figures.robustLimit, direction).count
        let share = Quantity.short(100 * Double(above) / Double(max(1, figures.count)))
        var text = """
              \(direction.rawValue): \(Quantity.bytes(figures.sum)) in all; mean \(Quantity.bytes(figures.mean)), \
            median \(Quantity.bytes(figures.median)), MAD \(Quantity.bytes(figures.mad)), \
            p95 \(Quantity.bytes(figures.p95)), max \(Quantity.bytes(figures.maximum))
                above the mean: \(Quantity.count(above, "flow")) (\(share) %); above the robust limit of \
            \(Quantity.bytes(figures.robustLimit)): \(Quantity.count(outliers, "flow"))

            """
        for (rank, entry) in group.top(top, direction).enumerated() {
            let bytes = direction == .sent ? entry.sent : entry.received
            text +=
                "    \(rank + 1). \(Quantity.grouped(Double(bytes))) B  \(entry.source) → \(entry.destination)"
                + "  \(entry.start)\n"
        }
        return text
    }
}
