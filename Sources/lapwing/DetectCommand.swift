import ArgumentParser
import FlowDetect
import FlowEngine
import FlowEnrich
import FlowEvaluation
import FlowFeatures
import FlowFeeds
import FlowFiles
import FlowIncidents
import FlowModel
import FlowOutput
import FlowSettings
import FlowReports

struct DetectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect",
        abstract: "Reads flows and prints ranked, explained incidents.",
        discussion: """
            Prints a table, worst first. What is said of the input (flows, broken rows, late flows, time) goes to \
            standard error.
            """)

    @OptionGroup var input: InputArguments
    @OptionGroup var models: ModelArguments
    @OptionGroup var enrichment: EnrichmentArguments

    @OptionGroup var detectors: DetectorArguments

    @Option(help: ArgumentHelp("Tell one incident's story: its id, or its rank.", valueName: "id"))
    var explain: String?

    @Option(
        help: ArgumentHelp(
            "Go on from what earlier runs learnt and kept here, and keep what this one learns.", valueName: "file"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            """
            Say what this suppression would hide, without hiding it: "host=10.0.0.5 detector=beaconing". Keys: host, \
            group, detector, peer, port, from, until, expires; docs/settings.md.
            """, valueName: "rule"))
    var previewSuppression: String?

    @Option(help: OutputFile.reportHelp)
    var report: String?

    @Flag(help: "Print JSON Lines, an incident a line.")
    var json = false

    @Flag(help: "Print JSON Lines, a finding a line, as they are made; those without weight too.")
    var findings = false

    @Flag(help: "Exit with 1 when there are incidents at probability 0.5 or more.")
    var failOn = false

    func validate() throws {
        if [json, findings, explain != nil].filter({ $0 }).count > 1 {
            throw ValidationError("--json, --findings and --explain exclude each other.")
        }
        if try previewRule() != nil, findings || explain != nil {
            throw ValidationError("--preview-suppression excludes --findings and --explain.")
        }
    }

    private func previewRule() throws -> SuppressionRule? {
        guard let previewSuppression else { return nil }
        do throws(SuppressionError) {
            return try SuppressionRule(Suppression(text: previewSuppression))
        } catch {
            throw ValidationError(
                "--preview-suppression: " + (error.key.isEmpty ? "it" : "\"\(error.key)\"") + " \(error.text)")
        }
    }

    func run() throws {
        let settings = try effectiveSettings()
        let blocklists = try BlocklistArguments.load(settings)
        let trained = try models.load(settings)
        let geo = try EnrichmentArguments.openGeo(settings.geo)
        let calibration = try CalibrationFile.chosen(by: settings.ensemble)
        let source = try input.openSource(settings)
        var plan = EnginePlan(settings: settings)
        plan.filter = try input.flowFilter()
        plan.blocklists = blocklists?.table
        plan.geo = geo
        plan.models = trained
        plan.calibration = calibration
        plan.takesAll = findings
        plan.preview = try previewRule()
        var engine = DetectionEngine(plan)
        if let state { try StateFile.restore(state, &engine, names: &source.names) }
        var output = OutputStream()
        var said = EngineOutput(wantsFindings: findings)
        var timeline = TimelineCounter()
        try input.readAll(source, through: &engine, into: &said) { batch, said in
            if report != nil { for flow in batch.flows { timeline.add(flow.start, bytes: flow.bytes) } }
            guard !said.findings.isEmpty else { return }
            let json = IncidentJSON()
            for (finding, _) in said.findings { output.write(json.line(finding)) }
        }
        let detectReport = DetectReport(engine.report, inferredHome: engine.inferredHome)
        StandardError.print(detectReport.lines)
        let incidents = engine.ranked
        let days = engine.report.days
        if let previewed = engine.previewed {
            let preview = SuppressionPreview(
                hidden: previewed.hidden, expired: previewed.expired, before: incidents.listed,
                after: previewed.incidents)
            output.write(json ? preview.json() : Array(preview.text().utf8))
        } else if !findings {
            try print(incidents, settings: settings, days: days, names: source.names, to: &output)
        }
        output.flush()
        if let state { try StateFile.save(state, &engine, names: source.names) }
        if let report {
            let shown = shown(incidents.listed, settings: settings, days: days)
            let page = DetectPage(
                incidents: shown, weakerCount: incidents.weakerCount + incidents.listed.count - shown.count,
                input: source.report, files: input.files, report: detectReport,
                timeline: timeline, settings: try settings.yaml())
            try OutputFile.write(page.page(), to: report)
        }
        if failOn && incidents.listed.contains(where: { $0.probability >= 0.5 }) { throw ExitCode(1) }
    }

    private func print(
        _ incidents: (listed: [Incident], weakerCount: Int), settings: Settings, days: Double, names: FlowNames,
        to output: inout OutputStream
    ) throws {
        let shown = shown(incidents.listed, settings: settings, days: days)
        let table = IncidentTable()
        if let explain {
            let rank = incidents.listed.firstIndex { $0.id == explain } ?? Int(explain).map { $0 - 1 }
            guard let rank, incidents.listed.indices.contains(rank) else {
                throw Failure(message: "lapwing: no incident \"\(explain)\" in this input", code: 2)
            }
            output.write(table.explanation(of: incidents.listed[rank], rank: rank + 1))
        } else if json {
            let json = IncidentJSON()
            for (index, incident) in shown.enumerated() { output.write(json.line(incident, rank: index + 1)) }
        } else {
            let weaker = incidents.weakerCount + incidents.listed.count - shown.count
            output.write(table.text(shown, weakerCount: weaker))
        }
    }

    /// The incidents that the budget has room for.
    private func shown(_ listed: [Incident], settings: Settings, days: Double) -> [Incident] {
        Array(listed.prefix(Int(min(1e9, Double(settings.ensemble.budgetPerDay) * max(1, days)))))
    }

    private func effectiveSettings() throws -> Settings {
        var settings = try input.loadSettings()
        enrichment.add(to: &settings)
        try detectors.apply(to: &settings)
        try SettingsArguments.check(settings)
        return settings
    }
}
