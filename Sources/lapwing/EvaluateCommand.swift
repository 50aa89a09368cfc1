import ArgumentParser
import FlowDetect
import FlowEngine
import FlowEvaluation
import FlowFeeds
import FlowFiles
import FlowIncidents
import FlowReports
import FlowSettings
import Foundation

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Runs detection on labelled flows and scores it, file by file.",
        discussion: """
            Labels come with the flows (Argus, Zeek with Stratosphere's labels, UNSW-NB15), from the truth of a \
            simulation, or from --malicious. Each file is a network of its own.
            """)

    @OptionGroup var input: InputArguments
    @OptionGroup var models: ModelArguments
    @OptionGroup var enrichment: EnrichmentArguments
    @OptionGroup var truth: TruthArguments

    @Option(help: ArgumentHelp("Incidents count from this probability.", valueName: "probability"))
    var threshold = 0.5

    @Option(help: ArgumentHelp("Networks that are home, as CIDRs with commas.", valueName: "networks"))
    var home: String?

    @Flag(help: "Also run with each detector alone and with each left out.")
    var byDetector = false

    @Option(
        help: ArgumentHelp(
            "Also run this system's rule with its published defaults: \(RivalName.listed) or all; may be given again.",
            valueName: "name"))
    var compat: [String] = []

    @Option(
        help: ArgumentHelp(
            "Fit what evidence is worth to these files and write it here; each needs its truth.", valueName: "file"))
    var calibrate: String?

    @Flag(help: "Print JSON Lines, a file a line.")
    var json = false

    @Option(help: OutputFile.reportHelp)
    var report: String?

    func validate() throws {
        _ = try rivals()
        guard threshold > 0, threshold < 1 else {
            throw ValidationError("--threshold takes a probability between 0 and 1.")
        }
        if input.files.contains("-") {
            throw ValidationError("evaluate reads files only; they may be read many times.")
        }
    }

    /// The rivals named, each once, in the catalog's order.
    private func rivals() throws -> [RivalName] {
        for name in compat where name != "all" && RivalName(rawValue: name) == nil {
            throw ValidationError("--compat: no \"\(name)\"; there are \(RivalName.listed) and all.")
        }
        return RivalName.allCases.filter { compat.contains($0.rawValue) || compat.contains("all") }
    }

    func run() throws {
        let (evaluator, ensemble) = try evaluator()
        var output = OutputStream()
        var calibrator = Calibrator(ensemble)
        var evaluations: [Evaluation] = []
        for file in try FlowSource.paths(input.files) {
            let evaluation = try evaluate(file, by: evaluator)
            evaluations.append(evaluation)
            guard calibrate == nil else {
                guard evaluation.isTruthKnown else { continue }
                let name = URL(filePath: file).lastPathComponent
                calibrator.add(evaluation.samples, name: name, lastSeen: evaluation.lastSeen)
                continue
            }
            if json { output.write(evaluation.json()) } else { output.write(evaluation.text()) }
            output.flush()
        }
        let fit = try calibrate.map { path in
            let fit = calibrator.fit()
            guard fit.calibration.captures.contains(where: { $0.malicious > 0 }) else {
                throw Failure(
                    message: "lapwing: nothing was found about a malicious host: there is nothing to fit")
            }
            try CalibrationFile.save(fit.calibration, to: path)
            StandardError.print("calibration written to \(path)")
            output.write(fit.calibration.text)
            output.flush()
            return fit
        }
        if let report {
            let page = EvaluatePage(evaluations: evaluations, threshold: threshold, heldOut: fit?.heldOut)
            try OutputFile.write(page.page(), to: report)
        }
    }

    /// What evaluates each file, by settings and options, and the settings that a calibration is fitted with.
    private func evaluator() throws -> (FileEvaluator, EnsembleSettings) {
        var settings = try input.loadSettings()
        if let home { settings.homeNetworks = home.split(separator: ",").map(String.init) }
        enrichment.add(to: &settings)
        try SettingsArguments.check(settings)
        if calibrate != nil { settings.ensemble.calibration = "own" }
        var plan = EnginePlan(settings: settings)
        plan.filter = try input.flowFilter()
        plan.blocklists = try BlocklistArguments.load(settings)?.table
        plan.geo = try EnrichmentArguments.openGeo(settings.geo)
        plan.models = try models.load(settings)
        plan.calibration = try CalibrationFile.chosen(by: settings.ensemble)
        let evaluator = FileEvaluator(
            plan, threshold: threshold, rivals: try rivals(), isByDetector: byDetector)
        return (evaluator, settings.ensemble)
    }

    /// Evaluates a file and says on standard error what its truth leaves open.
    private func evaluate(_ file: String, by evaluator: FileEvaluator) throws -> Evaluation {
        var arguments = input
        arguments.files = [file]
        let settings = try arguments.loadSettings()
        var progress = Progress()
        defer { progress.clear() }
        let evaluation = try evaluator.evaluate(
            file, truth: try truth.load(for: file),
            open: { () throws(InputError) in try arguments.openSource(settings) }, progress: { progress.show($0) })
        if evaluation.input.flows == 0, let problem = evaluation.input.problems.first {
            throw InputError.unreadable(problem)
        }
        progress.clear()
        if !evaluation.isTruthKnown {
            let use = calibrate == nil ? "every host counts as benign" : "left out"
            StandardError.print("\(file): no label says malicious or benign, and there is no other truth: \(use)")
        }
        for label in evaluation.unknownLabels {
            StandardError.print("label \"\(label)\" says neither malicious nor benign; taken for benign")
        }
        return evaluation
    }
}
