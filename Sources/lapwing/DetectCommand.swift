import FlowFiles
import ArgumentParser
import FlowEngine
import FlowFeatures
import FlowIncidents
import FlowModel
import FlowOutput
import FlowReports
import FlowSettings

struct DetectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect",
        abstract: "Reads flows and prints ranked, explained incidents.",
        discussion: """
            Prints a table, worst first. What is said of the input (flows, broken rows, late flows, time) goes to \
            standard error.
            """)

    @OptionGroup var input: InputArguments
    @OptionGroup var means: PlanArguments
    @OptionGroup var detectors: DetectorArguments
    @Option(help: ArgumentHelp("Tell one incident's story: its id, or its rank.", valueName: "id"))
    var explain: String?

    @OptionGroup var state: StateArguments
    @OptionGroup var suppression: SuppressionArguments

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
        if try suppression.rule() != nil, findings || explain != nil {
            throw ValidationError("--preview-suppression excludes --findings and --explain.")
        }
    }

    func run() throws {
        var plan = try means.plan(for: input) { try detectors.apply(to: &$0) }
        plan.takesAll = findings
        plan.preview = try suppression.rule()
        let source = try input.openSource(plan.settings)
        var engine = DetectionEngine(plan)
        try state.restore(&engine, names: &source.names)
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
        let ranked = engine.ranked
        let incidents = IncidentReport(
            ranked.listed, weakerCount: ranked.weakerCount, budgetPerDay: plan.settings.ensemble.budgetPerDay,
            days: engine.report.days)
        if let previewed = engine.previewed {
            let preview = SuppressionPreview(
                hidden: previewed.hidden, expired: previewed.expired, before: ranked.listed,
                after: previewed.incidents)
            output.write(json ? preview.json() : Array(preview.text().utf8))
        } else if !findings {
            try print(incidents, to: &output)
        }
        output.flush()
        try state.save(&engine, names: source.names)
        if let report {
            let page = DetectPage(
                incidents, input: source.report, files: input.files, report: detectReport, timeline: timeline,
                settings: try plan.settings.yaml())
            try OutputFile.write(page.page(), to: report)
        }
        if failOn && ranked.listed.contains(where: { $0.probability >= 0.5 }) { throw ExitCode(1) }
    }

    private func print(_ incidents: IncidentReport, to output: inout OutputStream) throws {
        if let explain {
            guard let explanation = incidents.explanation(of: explain) else {
                throw Failure(message: "lapwing: no incident \"\(explain)\" in this input", code: 2)
            }
            output.write(explanation)
        } else {
            if json { output.write(incidents.json()) } else { output.write(incidents.text()) }
        }
    }
}
