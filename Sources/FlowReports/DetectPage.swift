import FlowCharts
public import FlowFeatures
public import FlowFiles
import FlowModel
public import FlowOutput

/// The page of `detect --report`: incidents, their stories, time lines, input and settings.
public struct DetectPage {
    private let report: IncidentReport
    private let input: InputReport
    private let files: [String]
    private let detection: DetectReport
    private let timeline: TimelineCounter
    private let settings: String

    /// Incidents from this probability on count as sure.
    private static let alarming = 0.5

    /// A page. Parameter files: the input as it was named. Parameter settings: those of the run, as YAML.
    public init(
        _ incidents: IncidentReport, input: InputReport, files: [String], report: DetectReport,
        timeline: TimelineCounter, settings: String
    ) {
        self.report = incidents
        self.input = input
        self.files = files
        detection = report
        self.timeline = timeline
        self.settings = settings
    }

    /// The page, ready to be written.
    public func page() -> HTMLPage {
        let incidents = report.shown
        let sure = incidents.count { $0.probability >= Self.alarming }
        var page = HTMLPage(
            title: sure == 0 ? "No incident stands out" : Quantity.count(sure, "incident") + " at 0.5 or more",
            subtitle: "\(HTMLPage.names(of: files)): \(Quantity.count(input.flows, "flow"))")
        let table = IncidentTable()
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
                        .link(incident.subjectText, anchor: incident.id), .text(incident.category.rawValue),
                        .text(IncidentTable.minute(incident.span.start)), .text(table.summary(of: incident)),
                    ]
                })
        }
        if report.weakerCount > 0 { page.paragraph("And \(Quantity.grouped(report.weakerCount)) weaker ones.") }
        page.figure(
            svg: TimelineChart(
                timeline, title: "Flows in time and when incidents lasted",
                lanes: incidents.enumerated().map { index, incident in
                    TimelineChart.Lane(
                        name: "\(index + 1)  \(incident.subjectText)", spans: [incident.span],
                        isAlarming: incident.probability >= Self.alarming)
                }
            ).svg())
        if !incidents.isEmpty { page.heading("Stories") }
        for (index, incident) in incidents.enumerated() { add(incident, rank: index + 1, table, to: &page) }
        page.inputSection(input, lines: detection.lines)
        page.heading("Settings")
        page.details("All settings of this run, as YAML") { $0.preformatted(settings) }
        return page
    }

    private func add(_ incident: Incident, rank: Int, _ table: IncidentTable, to page: inout HTMLPage) {
        let title =
            "\(rank). \(incident.subjectText): \(incident.severity.rawValue) \(incident.category.rawValue), "
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
