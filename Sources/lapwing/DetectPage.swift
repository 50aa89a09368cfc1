import FlowCharts
import FlowFeatures
import FlowFiles
import FlowModel
import FlowOutput
import FlowSettings

/// The page of `detect --report`: incidents, their stories, time lines, input and settings.
struct DetectPage {
    let incidents: [Incident]
    let weakerCount: Int
    let names: FlowNames
    let input: InputReport
    let files: [String]
    let report: DetectReport
    let timeline: TimelineCounter
    let settings: String

    private static let alarming = 0.5

    func page() -> HTMLPage {
        let sure = incidents.count { $0.probability >= Self.alarming }
        var page = HTMLPage(
            title: sure == 0 ? "No incident stands out" : Quantity.count(sure, "incident") + " at 0.5 or more",
            subtitle: "\(ReportFile.inputs(files)): \(Quantity.count(input.flows, "flow"))")
        let table = IncidentTable(story: Story(names: names))
        page.heading("Incidents")
        if incidents.isEmpty {
            page.paragraph("None.")
        } else {
            page.table(
                ["#", "severity", "p", "host", "category", "since (UTC)", "why"],
                incidents.enumerated().map { index, incident in
                    [
                        .link(String(index + 1), anchor: incident.id),
                        .badge(incident.severity.rawValue, level: incident.severity.rawValue),
                        .number(Quantity.probability(incident.probability)),
                        .link(incident.subject.description, anchor: incident.id), .text(incident.category.rawValue),
                        .text(IncidentTable.minute(incident.span.start)), .text(table.summary(of: incident)),
                    ]
                })
        }
        if weakerCount > 0 { page.paragraph("And \(Quantity.grouped(weakerCount)) weaker ones.") }
        page.figure(
            svg: ReportFile.timeline(
                timeline, title: "Flows in time and when incidents lasted",
                lanes: incidents.enumerated().map { index, incident in
                    TimelineChart.Lane(
                        name: "\(index + 1)  \(incident.subject)", spans: [incident.span],
                        isAlarming: incident.probability >= Self.alarming)
                }))
        if !incidents.isEmpty { page.heading("Stories") }
        for (index, incident) in incidents.enumerated() { add(incident, rank: index + 1, table, to: &page) }
        ReportFile.inputSection(input, lines: report.lines, in: &page)
        page.heading("Settings")
        page.details("All settings of this run, as YAML") { $0.preformatted(settings) }
        return page
    }

    private func add(_ incident: Incident, rank: Int, _ table: IncidentTable, to page: inout HTMLPage) {
        let title =
            "\(rank). \(incident.subject): \(incident.severity.rawValue) \(incident.category.rawValue), "
            + "p \(Quantity.probability(incident.probability))"
        page.details(title, anchor: incident.id, isOpen: rank == 1) { page in
            page.preformatted(table.explanation(of: incident, rank: rank))
            if let first = incident.parts.first {
                page.figure(
                    svg: TimelineChart(
                        title: "When each detector saw it; strongest: \(first.strongest.detector.rawValue)", bins: [],
                        binWidth: 1,
                        lanes: incident.parts.map { part in
                            TimelineChart.Lane(
                                name: "\(part.strongest.detector.rawValue) ×\(part.count)", spans: [part.span],
                                isAlarming: part.share >= 0.5)
                        }
                    ).svg())
            }
        }
    }
}
