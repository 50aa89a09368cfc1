import FlowCharts
public import FlowFeatures
public import FlowFiles
import FlowMath
public import FlowModel
public import FlowOutput

/// The page of `groups --report`: the figures, pictures and largest flows of each host group.
public struct GroupsPage {
    private let statistics: GroupStatistics
    private let names: GroupTable
    private let input: InputReport
    private let files: [String]
    private let top: Int

    /// A page. Parameter files: the input as it was named. Parameter top: most flows listed of each group and way.
    public init(statistics: GroupStatistics, names: GroupTable, input: InputReport, files: [String], top: Int) {
        self.statistics = statistics
        self.names = names
        self.input = input
        self.files = files
        self.top = top
    }

    /// The page, ready to be written.
    public func page() -> HTMLPage {
        var page = HTMLPage(
            title: "Host groups in \(HTMLPage.names(of: files))",
            subtitle:
                "\(Quantity.count(statistics.flows, "flow")), \(Quantity.bytes(statistics.averageBytes)) a flow on "
                + "average (both ways)")
        let groups = statistics.groups(names: names)
        for direction in GroupStatistics.Direction.allCases {
            page.heading("Bytes of a flow, \(direction.rawValue)")
            page.table(
                ["group", "flows", "sum", "mean", "median", "MAD", "p95", "max", "above mean", "above robust limit"],
                groups.compactMap { group in
                    guard let figures = Statistics(group.bytes(direction)) else { return nil }
                    return [.text(group.name), .number(Quantity.grouped(figures.count))]
                        + [figures.sum, figures.mean, figures.median, figures.mad, figures.p95, figures.maximum].map {
                            .number(Quantity.bytes($0))
                        } + [
                            .number(Quantity.grouped(group.entries(above: figures.mean, direction).count)),
                            .number(Quantity.grouped(group.entries(above: figures.robustLimit, direction).count)),
                        ]
                })
        }
        page.heading("Average bytes a flow between groups, both ways")
        page.table(
            ["subject", "peer", "flows", "average"],
            statistics.pairs(names: names).prefix(50).map { pair in
                [
                    .text(pair.subject), .text(pair.peer), .number(Quantity.grouped(pair.flows)),
                    .number(Quantity.bytes(pair.bytes / Double(pair.flows))),
                ]
            })
        for group in groups {
            page.heading(group.name)
            for direction in GroupStatistics.Direction.allCases { add(group, direction, to: &page) }
        }
        page.inputSection(input)
        return page
    }

    private func add(
        _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction, to page: inout HTMLPage
    ) {
        for kind in [GroupCharts.Kind.series, .histogram] {
            page.figure(svg: GroupCharts.svg(kind, group, direction))
        }
        page.table(
            ["source", "destination", "start (UTC)", "bytes \(direction.rawValue)"],
            group.top(top, direction).map { entry in
                [
                    .text(entry.source.description), .text(entry.destination.description),
                    .text(entry.start.description),
                    .number(Quantity.grouped(Double(direction == .sent ? entry.sent : entry.received))),
                ]
            })
    }
}
