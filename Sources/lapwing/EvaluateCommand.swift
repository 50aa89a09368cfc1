import ArgumentParser
import FlowEngine
import FlowEvaluation
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
    @OptionGroup var means: PlanArguments
    @OptionGroup var truth: TruthArguments

    @Option(help: ArgumentHelp("Incidents count from this probability.", valueName: "probability"))
    var threshold = 0.5

    @Option(help: ArgumentHelp("Networks that are home, as CIDRs with commas.", valueName: "networks"))
    var home: String?

    @Flag(help: "Also run with each detector alone and with each left out.")
    var byDetector = false

    @OptionGroup var rivals: RivalArguments

    @OptionGroup var calibration: CalibrationArguments

    @Flag(help: "Print JSON Lines, a file a line.")
    var json = false

    @Option(help: OutputFile.reportHelp)
    var report: String?

    func validate() throws {
        guard threshold > 0, threshold < 1 else {
            throw ValidationError("--threshold takes a probability between 0 and 1.")
        }
        if input.files.contains("-") {
            throw ValidationError("evaluate reads files only; they may be read many times.")
        }
    }

    func run() throws {
        let plan = try means.plan(for: input) { settings in
            if let home { settings.homeNetworks = home.split(separator: ",").map(String.init) }
            if calibration.isWanted { settings.ensemble.calibration = "own" }
        }
        let evaluator = FileEvaluator(
            plan, threshold: threshold, rivals: try rivals.rivals(), isByDetector: byDetector)
        var output = OutputStream()
        var calibrator = Calibrator(plan.settings.ensemble)
        var evaluations: [Evaluation] = []
        for file in try FlowSource.paths(input.files) {
            let evaluation = try evaluate(file, by: evaluator)
            evaluations.append(evaluation)
            guard !calibration.isWanted else {
                guard evaluation.isTruthKnown else { continue }
                let name = URL(filePath: file).lastPathComponent
                calibrator.add(evaluation.samples, name: name, lastSeen: evaluation.lastSeen)
                continue
            }
            if json { output.write(evaluation.json()) } else { output.write(evaluation.text()) }
            output.flush()
        }
        let heldOut = try calibration.fit(calibrator, to: &output)
        if let report {
            let page = EvaluatePage(evaluations: evaluations, threshold: threshold, heldOut: heldOut)
            try OutputFile.write(page.page(), to: report)
        }
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
        StandardError.print(evaluation.openQuestions(isFitted: calibration.isWanted))
        return evaluation
    }
}
