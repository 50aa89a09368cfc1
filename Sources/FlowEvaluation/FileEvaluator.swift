import FlowDetect
public import FlowEngine
public import FlowFiles
import FlowModel
import FlowRun
import FlowSettings

/// Runs detection over labelled files and scores it; each file is a network of its own.
public struct FileEvaluator {
    private let plan: EnginePlan
    private let options: InputOptions
    private let threshold: Double
    private let rivals: [RivalName]
    private let isByDetector: Bool

    /// An evaluator. Parameter plan: what detection runs by. Parameter options: how files are read. Parameter threshold:
    /// the probability from which an incident counts. Parameter rivals: the systems whose rules run beside. Parameter
    /// isByDetector: whether each detector also runs alone and is also left out.
    public init(
        _ plan: EnginePlan, options: InputOptions, threshold: Double, rivals: [RivalName], isByDetector: Bool
    ) {
        self.plan = plan
        self.options = options
        self.threshold = threshold
        self.rivals = rivals
        self.isByDetector = isByDetector
    }

    /// Evaluates one file, which is read once for each run over it. Parameter progress: is shown what was read, batch by
    /// batch. Throws: where the file cannot be read.
    public func evaluate(
        _ file: String, truth: GroundTruth, progress: (InputReport) -> Void
    ) throws(InputError) -> Evaluation {
        var evaluator = Evaluator(truth: truth)
        let run = try detect(file, plan, progress) { evaluator.add($0.flows, names: $0.dictionary) }
        let isHome = { run.engine.isHome($0) }
        var evaluation = Evaluation(
            file: file, input: run.input,
            result: evaluator.score(run.detection, threshold: threshold, isHome: isHome))
        let moments = run.engine.worstMoments
        evaluation.result.reliability = evaluator.reliability(of: moments)
        evaluation.isTruthKnown = evaluator.truth.isKnown
        evaluation.unknownLabels = evaluator.truth.unknownLabels
        evaluation.lastSeen = evaluator.lastSeen
        if evaluation.isTruthKnown { evaluation.samples = evaluator.samples(of: moments) }
        evaluation.rivals = try compare(file, evaluator, run.detection, isHome, progress)
        guard isByDetector else { return evaluation }
        for name in DetectorName.allCases {
            var alone = plan
            for other in DetectorName.allCases { alone.settings.detectors.enable(other, other == name) }
            var without = plan
            without.settings.detectors.enable(name, false)
            let scoreAlone = try score(file, alone, evaluator, progress)
            evaluation.byDetector.append((name, scoreAlone, try score(file, without, evaluator, progress)))
        }
        return evaluation
    }

    private func score(
        _ file: String, _ plan: EnginePlan, _ evaluator: Evaluator, _ progress: (InputReport) -> Void
    ) throws(InputError) -> EvaluationResult {
        let run = try detect(file, plan, progress) { _ in }
        return evaluator.score(run.detection, threshold: threshold) { run.engine.isHome($0) }
    }

    /// The rivals' results. The file is read again for them: home is known only after the first run.
    private func compare(
        _ file: String, _ evaluator: Evaluator, _ detection: Detection, _ isHome: (IPAddress) -> Bool,
        _ progress: (InputReport) -> Void
    ) throws(InputError) -> [Evaluation.Rival] {
        if rivals.isEmpty { return [] }
        var rules = RivalRun(rivals, threshold: threshold)
        let source = try FlowSource.open([file], options: options)
        var run = FileRun(source, filter: plan.filter)
        var batch = FlowBatch()
        while try run.next(into: &batch) {
            rules.observe(batch.flows, isHome: isHome)
            progress(source.report)
        }
        return rules.finish().map { name, said in
            let result = evaluator.score(said, threshold: threshold, isHome: isHome)
            let found = result.foundHosts.count
            return Evaluation.Rival(
                name: name, result: result,
                lapwingFalse: found > 0 ? evaluator.falseIncidents(of: detection, found: found) : nil)
        }
    }

    /// What came of a run over a file.
    private struct Run: ~Copyable {
        let detection: Detection
        let engine: DetectionEngine
        let input: InputReport
    }

    /// One run. Parameter take: is given the batches as the engine prepared them.
    private func detect(
        _ file: String, _ plan: EnginePlan, _ progress: (InputReport) -> Void, take: (FlowBatch) -> Void
    ) throws(InputError) -> Run {
        let source = try FlowSource.open([file], options: options)
        var engine = DetectionEngine(plan)
        var said = EngineOutput(wantsFindings: true)
        var detection = Detection(plan.settings.ensemble, calibration: plan.calibration, threshold: threshold)
        var run = FileRun(source)
        try run.detect(with: &engine, into: &said) { batch, said in
            take(batch)
            for (finding, standing) in said.findings {
                if let standing { detection.add(finding, standing: standing) }
            }
            progress(source.report)
        }
        if source.report.flows == 0, let problem = source.report.problems.first { throw .unreadable(problem) }
        detection.rank(engine.ranked.listed)
        return Run(detection: detection, engine: engine, input: source.report)
    }
}
