import FlowCharts
import FlowFeatures
import FlowFiles
import FlowMath
import FlowModel
import FlowOutput

/// The page of `groups --report`: the figures, pictures and largest flows of each host group.
struct GroupsPage {
    let statistics: GroupStatistics
    let names: GroupTable
    let input: InputReport
    let files: [String]
    let top: Int

    func page() -> HTMLPage {
        var page = HTMLPage(
            title: "Host groups in \(ReportFile.inputs(files))",
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
        ReportFile.inputSection(input, lines: [], in: &page)
        return page
    }

    private func add(
        _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction, to page: inout HTMLPage
    ) {
        for kind in GroupCharts.kinds.prefix(2) {
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
