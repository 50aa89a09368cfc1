import FlowCharts
import FlowFeatures
public import FlowFiles
import FlowModel
public import FlowOutput

/// The page of `explore --report`.
public struct ExplorePage {
    private let tables: SummaryTables
    private let input: InputReport
    private let files: [String]

    /// A page. Parameter files: the input as it was named.
    public init(tables: SummaryTables, input: InputReport, files: [String]) {
        self.tables = tables
        self.input = input
        self.files = files
    }

    /// The page, ready to be written.
    public func page() -> HTMLPage {
        let summary = tables.summary
        let counts = summary.counts
        var page = HTMLPage(
            title: "What is in \(HTMLPage.names(of: files))",
            subtitle:
                "\(Quantity.count(summary.total.flows, "flow")), \(Quantity.bytes(Double(summary.total.sent))) sent, "
                + "\(Quantity.bytes(Double(summary.total.received))) received; "
                + "\(Quantity.count(counts.hosts, "host")), \(Quantity.count(counts.pairs, "pair"))")
        page.figure(svg: TimelineChart(summary.timeline, title: "Flows in time").svg())
        let hosts = summary.topHosts(15, by: .bytes)
        page.figure(
            svg: RankedBarsChart(
                title: "Hosts by bytes, both ways",
                bars: hosts.map { (name: $0.address.description, value: Double($0.host.bytes)) }
            ).svg())
        for list in tables.lists {
            page.heading(list.title)
            page.table(
                list.columns,
                list.rows.map { row in
                    row.map { cell in
                        if case .text(let words) = cell { return .text(words) }
                        return .number(cell.text)
                    }
                })
            if list.total > list.rows.count {
                page.paragraph("\(list.rows.count) of \(Quantity.grouped(list.total)).")
            }
        }
        page.heading("Distributions")
        for distribution in tables.distributions {
            let none =
                distribution.noneCount > 0
                ? "; \(Quantity.count(distribution.noneCount, "flow")) \(distribution.none)" : ""
            page.figure(
                svg: DistributionChart(
                    title: "\(distribution.title.prefix(1).uppercased() + distribution.title.dropFirst()) of a flow",
                    unit: "\(distribution.title)\(none)", histogram: distribution.histogram,
                    label: distribution.read
                ).svg())
        }
        page.table(
            ["quantile"] + tables.distributions.map(\.title),
            SummaryTables.quantiles.map { q in
                [.text(SummaryTables.name(ofQuantile: q))]
                    + tables.distributions.map { .number($0.read($0.quantile(q))) }
            })
        page.inputSection(input)
        return page
    }
}
