import ArgumentParser
import FlowDetect
import FlowEngine
import FlowEnrich
import FlowFeeds
import FlowFiles
import FlowMath
import FlowModel
import FlowOutput
import FlowPipeline
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

    @Option(help: ArgumentHelp("Sources that are malicious, as CIDRs with commas.", valueName: "networks"))
    var malicious: String?

    @Option(
        help: ArgumentHelp(
            "What `simulate --truth` wrote of the same flows; else FILE.truth.json where it is beside a file.",
            valueName: "file"))
    var truth: String?

    @Option(help: ArgumentHelp("Incidents count from this probability.", valueName: "probability"))
    var threshold = 0.5

    @Option(help: ArgumentHelp("Networks that are home, as CIDRs with commas.", valueName: "networks"))
    var home: String?

    @Flag(help: "Also run with each detector alone and with each left out.")
    var byDetector = false

    @Option(
        help: ArgumentHelp(
            "Also run this system's rule with its published defaults: \(Self.rivalNames) or all; may be given again.",
            valueName: "name"))
    var compat: [String] = []

    @Option(
        help: ArgumentHelp(
            "Fit what evidence is worth to these files and write it here; each needs its truth.", valueName: "file"))
    var calibrate: String?

    @Flag(help: "Print JSON Lines, a file a line.")
    var json = false

    @Option(help: ReportFile.help)
    var report: String?

    private static var rivalNames: String { RivalName.allCases.map(\.rawValue).joined(separator: ", ") }

    /// The rivals named, each once, in the catalog's order.
    private func rivals() throws -> [RivalName] {
        for name in compat where name != "all" && RivalName(rawValue: name) == nil {
            throw ValidationError("--compat: no \"\(name)\"; there are \(Self.rivalNames) and all.")
        }
        return RivalName.allCases.filter { compat.contains($0.rawValue) || compat.contains("all") }
    }

    func validate() throws {
        _ = try rivals()
        guard threshold > 0, threshold < 1 else {
            throw ValidationError("--threshold takes a probability between 0 and 1.")
        }
        if input.files.contains("-") {
            throw ValidationError("evaluate reads files only; they may be read many times.")
        }
    }

    func run() throws {
        var settings = try input.loadSettings()
        if let home { settings.homeNetworks = home.split(separator: ",").map(String.init) }
        enrichment.add(to: &settings)
        try SettingsArguments.check(settings)
        if calibrate != nil { settings.ensemble.calibration = "own" }
        let means = Means(
            blocklists: try BlocklistArguments.load(settings)?.table, geo: try GeoFiles.open(settings.geo),
            calibration: try CalibrationArguments.load(settings))
        var output = OutputStream()
        var calibrator = Calibrator(settings.ensemble)
        var evaluations: [Evaluation] = []
        for file in try files() {
            let evaluation = try evaluate(file, settings: settings, means: means, calibrator: &calibrator)
            evaluations.append(evaluation)
            guard calibrate == nil else { continue }
            if json {
                output.write(evaluation.json())
            } else {
                output.write(evaluation.text())
            }
            output.flush()
        }
        var fit: (calibration: Calibration, heldOut: Reliability, own: Reliability)?
        if let calibrate {
            let fitted = calibrator.fit()
            guard fitted.calibration.captures.contains(where: { $0.malicious > 0 }) else {
                StandardError.print("lapwing: nothing was found about a malicious host: there is nothing to fit")
                throw ExitCode(3)
            }
            try CalibrationArguments.write(fitted.calibration, to: calibrate)
            output.write(CalibrationArguments.text(fitted.calibration))
            output.flush()
            fit = fitted
        }
        if let report {
            let page = EvaluatePage(evaluations: evaluations, threshold: threshold, heldOut: fit?.heldOut)
            try ReportFile.write(page.page(), to: report)
        }
    }

    /// Folders and globs as files.
    private func files() throws -> [String] {
        do throws(InputError) {
            return try FlowSource.paths(input.files)
        } catch {
            throw InputArguments.exit(for: error)
        }
    }

    private func groundTruth(of file: String) throws -> GroundTruth {
        let networks = try (malicious ?? "").split(separator: ",").map { text in
            guard let network = Network(String(text)) else {
                throw ValidationError("--malicious: \"\(text)\" is no network such as 10.0.0.0/8.")
            }
            return network
        }
        var simulation: Data?
        let beside = file + ".truth.json"
        if let truth = truth ?? (FileManager.default.fileExists(atPath: beside) ? beside : nil) {
            guard let data = FileManager.default.contents(atPath: truth) else {
                StandardError.print("lapwing: \(truth): cannot be read")
                throw ExitCode(3)
            }
            simulation = data
        }
        do throws(SettingsError) {
            return try GroundTruth(malicious: networks, simulation: simulation)
        } catch {
            StandardError.print("lapwing: \(truth ?? beside): \(error.text)")
            throw ExitCode(3)
        }
    }

    private func evaluate(
        _ file: String, settings: Settings, means: Means, calibrator: inout Calibrator
    ) throws -> Evaluation {
        var evaluator = Evaluator(truth: try groundTruth(of: file))
        let run = try detect(file, settings: settings, means: means) { flows, names in
            evaluator.add(flows, names: names)
        }
        let isHome = { run.engine.isHome($0) }
        var evaluation = Evaluation(
            file: file, input: run.report,
            result: evaluator.score(run.detection, threshold: threshold, isHome: isHome))
        let moments = run.engine.worstMoments
        evaluation.result.reliability = evaluator.reliability(of: moments)
        let name = URL(filePath: file).lastPathComponent
        if evaluator.truth.isKnown {
            calibrator.add(evaluator.samples(of: moments), name: name, lastSeen: evaluator.lastSeen)
        } else {
            let use = calibrate == nil ? "every host counts as benign" : "left out"
            StandardError.print("\(file): no label says malicious or benign, and there is no other truth: \(use)")
        }
        for label in evaluator.truth.unknownLabels {
            StandardError.print("label \"\(label)\" says neither malicious nor benign; taken for benign")
        }
        evaluation.rivals = try compare(
            file, settings: settings, evaluator: evaluator, detection: run.detection, isHome)
        guard byDetector else { return evaluation }
        for name in DetectorName.allCases {
            var alone = settings
            for other in DetectorName.allCases { alone.detectors.enable(other, other == name) }
            var without = settings
            without.detectors.enable(name, false)
            let scores = try [alone, without].map { variant in
                let run = try detect(file, settings: variant, means: means) { _, _ in }
                return evaluator.score(run.detection, threshold: threshold) { run.engine.isHome($0) }
            }
            evaluation.byDetector.append((name, scores[0], scores[1]))
        }
        return evaluation
    }

    /// The rivals' results on a file, which is read again for them: home is known only after the first run.
    private func compare(
        _ file: String, settings: Settings, evaluator: Evaluator, detection: Detection,
        _ isHome: (IPAddress) -> Bool
    ) throws -> [Evaluation.Rival] {
        let names = try rivals()
        guard !names.isEmpty else { return [] }
        var arguments = input
        arguments.files = [file]
        var run = RivalRun(names, threshold: threshold)
        try arguments.readAll(try arguments.openSource(settings), isQuiet: true) { batch in
            run.observe(batch.flows, isHome: isHome)
        }
        return run.finish().map { name, said in
            let result = evaluator.score(said, threshold: threshold, isHome: isHome)
            let found = result.foundHosts.count
            return Evaluation.Rival(
                name: name, result: result,
                lapwingFalse: found > 0 ? evaluator.falseIncidents(of: detection, found: found) : nil)
        }
    }

    /// One run over a file. `take` is given the flows that are judged.
    private func detect(
        _ file: String, settings: Settings, means: Means, take: ([Flow], FlowNames) -> Void
    ) throws -> Run {
        var arguments = input
        arguments.files = [file]
        let source = try arguments.openSource(settings)
        var plan = EnginePlan(settings: settings)
        plan.filter = try input.flowFilter()
        plan.blocklists = means.blocklists
        plan.geo = means.geo
        plan.models = try models.load(settings)
        plan.calibration = means.calibration
        var engine = DetectionEngine(plan)
        var said = EngineOutput(wantsFindings: true)
        var detection = Detection(settings.ensemble, calibration: means.calibration, threshold: threshold)
        try arguments.readAll(source, through: &engine, into: &said, isQuiet: true) { batch, said in
            take(batch.flows, batch.dictionary)
            for (finding, standing) in said.findings {
                if let standing { detection.add(finding, standing: standing) }
            }
        }
        detection.rank(engine.ranked.listed)
        return Run(detection: detection, engine: engine, report: source.report)
    }

    /// What came of a run over a file.
    private struct Run: ~Copyable {
        let detection: Detection
        let engine: DetectionEngine
        let report: InputReport
    }
}

/// What detection is helped by, the same for all files.
private struct Means {
    let blocklists: BlocklistTable?
    let geo: GeoDatabase?
    let calibration: Calibration
}
