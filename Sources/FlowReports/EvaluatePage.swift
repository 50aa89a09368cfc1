import FlowCharts
public import FlowEvaluation
public import FlowMath
import FlowModel
public import FlowOutput

/// The page of `evaluate --report`.
public struct EvaluatePage {
    private let evaluations: [Evaluation]
    private let threshold: Double
    private let heldOut: Reliability?

    /// A page. Parameter threshold: the probability from which an incident counts. Parameter heldOut: the reliability of
    /// a calibration on captures held out in turn; nil where none was fitted.
    public init(evaluations: [Evaluation], threshold: Double, heldOut: Reliability?) {
        self.evaluations = evaluations
        self.threshold = threshold
        self.heldOut = heldOut
    }

    /// The page, ready to be written.
    public func page() -> HTMLPage {
        var page = HTMLPage(
            title: "Detection held against labels",
            subtitle: "\(Quantity.count(evaluations.count, "file")); incidents count from p \(threshold)")
        page.heading("Files")
        page.table(
            [
                "file", "flows", "home hosts", "malicious", "found", "incidents", "false",
                "false a day and 1,000 hosts",
                "first alert", "precision of flows", "ROC area", "precision of hosts, 5 min",
            ],
            evaluations.map { evaluation in
                let result = evaluation.result
                return [.text(evaluation.file)]
                    + [
                        Quantity.grouped(result.flows), Quantity.grouped(result.hosts),
                        Quantity.grouped(result.maliciousHosts), Quantity.grouped(result.foundHosts.count),
                        Quantity.grouped(result.incidents), Quantity.grouped(result.falseIncidents.count),
                        Quantity.short(result.falsePerDayPer1000Hosts),
                        result.firstAlertSeconds.map { Quantity.microseconds($0 * 1e6) } ?? "–",
                        Evaluation.number(result.flowAveragePrecision), Evaluation.number(result.flowROCArea),
                        Evaluation.number(result.hostWindowAveragePrecision),
                    ].map { .number($0) }
            })
        addReliability(to: &page)
        for evaluation in evaluations { add(evaluation, to: &page) }
        return page
    }

    private func addReliability(to page: inout HTMLPage) {
        var all = Reliability()
        for evaluation in evaluations { all.add(evaluation.result.reliability) }
        page.heading("Reliability")
        page.paragraph(
            "Of hosts that anything was found about; expected calibration error \(Evaluation.number(all.error)).")
        page.figure(svg: ReliabilityChart(title: "Probability said and what was so", reliability: all).svg())
        guard let heldOut else { return }
        page.paragraph(
            "Each capture by a fit on the others; expected calibration error \(Evaluation.number(heldOut.error)).")
        page.figure(svg: ReliabilityChart(title: "The same, calibrated, captures held out", reliability: heldOut).svg())
    }

    private func add(_ evaluation: Evaluation, to page: inout HTMLPage) {
        let result = evaluation.result
        page.heading(evaluation.file)
        if !result.byClass.isEmpty {
            page.table(
                ["kind", "flows", "recall"],
                result.byClass.map {
                    [.text($0.name), .number(Quantity.grouped($0.flows)), .number(Evaluation.number($0.recall))]
                })
        }
        page.table(
            ["score", "precision of flows", "ROC area", "precision of hosts, 5 min"],
            [("Lapwing", result.flowAveragePrecision, result.flowROCArea, result.hostWindowAveragePrecision)].map(row)
                + result.naive.map {
                    row(("naive: " + $0.name, $0.flowAveragePrecision, $0.flowROCArea, $0.hostWindowAveragePrecision))
                })
        if !evaluation.rivals.isEmpty { addRivals(evaluation, to: &page) }
        if !evaluation.byDetector.isEmpty {
            page.table(
                ["detector", "alone", "left out"],
                evaluation.byDetector.map {
                    [
                        .text($0.name.rawValue), .text(Evaluation.summary($0.alone)),
                        .text(Evaluation.summary($0.without)),
                    ]
                })
        }
        page.details("As text") { $0.preformatted(evaluation.text()) }
    }

    private func addRivals(_ evaluation: Evaluation, to page: inout HTMLPage) {
        let systems =
            [("Lapwing", evaluation.result, Int?.none)]
            + evaluation.rivals.map { ($0.name.rawValue, $0.result, $0.lapwingFalse) }
        page.table(
            [
                "system", "found", "false", "Lapwing's false at the same recall", "first alert",
                "precision of hosts, 5 min", "precision of flows",
            ],
            systems.map { name, result, lapwingFalse in
                [.text(name)]
                    + [
                        Quantity.grouped(result.foundHosts.count), Quantity.grouped(result.falseIncidents.count),
                        lapwingFalse.map { Quantity.grouped($0) } ?? "–",
                        result.firstAlertSeconds.map { Quantity.microseconds($0 * 1e6) } ?? "–",
                        Evaluation.number(result.hostWindowAveragePrecision),
                        Evaluation.number(result.flowAveragePrecision),
                    ].map { .number($0) }
            })
    }

    private func row(_ score: (name: String, flows: Double?, area: Double?, hosts: Double?)) -> [HTMLPage.Cell] {
        [.text(score.name)] + [score.flows, score.area, score.hosts].map { .number(Evaluation.number($0)) }
    }
}
