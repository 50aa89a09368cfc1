import FlowDetect
public import FlowEngine
import FlowEnrich
public import FlowFiles
import FlowModel
import FlowRun
import FlowSettings

/// Runs detection over labelled files and scores it; each file is a network of its own.
public struct FileEvaluator {
    private let plan: EnginePlan
    private let threshold: Double
    private let rivals: [RivalName]
    private let isByDetector: Bool

    /// An evaluator. Parameter plan: what every engine runs by. Parameter threshold: the probability from which an incident
    /// counts. Parameter rivals: the systems whose rules run beside. Parameter isByDetector: whether each detector also
    /// runs alone and is also left out.
    public init(_ plan: EnginePlan, threshold: Double, rivals: [RivalName], isByDetector: Bool) {
        self.plan = plan
        self.threshold = threshold
        self.rivals = rivals
        self.isByDetector = isByDetector
    }

    /// Evaluates one file. Parameter open: opens the file, once for each run over it. Parameter progress: is shown what
    /// was read so far, batch by batch. Throws: what `open` throws, and what ends the reading.
    public func evaluate(
        _ file: String, truth: GroundTruth, open: () throws(InputError) -> FlowSource, progress: (InputReport) -> Void
    ) throws(InputError) -> Evaluation {
        var evaluator = Evaluator(truth: truth)
        let run = try detect(plan, open, progress) { evaluator.add($0.flows, names: $0.dictionary) }
        let isHome = { (address: IPAddress) in run.engine.isHome(address) }
        var evaluation = Evaluation(
            file: file, input: run.input, result: evaluator.score(run.detection, threshold: threshold, isHome: isHome))
        let moments = run.engine.worstMoments
        evaluation.result.reliability = evaluator.reliability(of: moments)
        evaluation.isTruthKnown = evaluator.truth.isKnown
        evaluation.unknownLabels = evaluator.truth.unknownLabels
        evaluation.lastSeen = evaluator.lastSeen
        if evaluation.isTruthKnown { evaluation.samples = evaluator.samples(of: moments) }
        if !rivals.isEmpty {
            // The file is read again for them: home is known only after the first run.
            var rival = RivalRun(rivals, threshold: threshold)
            var files = FileRun(try open(), filter: plan.filter)
            var batch = FlowBatch()
            while try files.next(into: &batch) {
                rival.observe(batch.flows, isHome: isHome)
                progress(files.source.report)
            }
            evaluation.rivals = rival.finish().map { name, said in
                compare(name, said, with: run.detection, by: evaluator, isHome)
            }
        }
        guard isByDetector else { return evaluation }
        for name in DetectorName.allCases {
            var alone = plan
            for other in DetectorName.allCases { alone.settings.detectors.enable(other, other == name) }
            var without = plan
            without.settings.detectors.enable(name, false)
            let scores = (
                try score(alone, by: evaluator, open, progress), try score(without, by: evaluator, open, progress)
            )
            evaluation.byDetector.append((name, scores.0, scores.1))
        }
        return evaluation
    }

    private func score(
        _ plan: EnginePlan, by evaluator: Evaluator, _ open: () throws(InputError) -> FlowSource,
        _ progress: (InputReport) -> Void
    ) throws(InputError) -> EvaluationResult {
        let run = try detect(plan, open, progress) { _ in }
        return evaluator.score(run.detection, threshold: threshold) { run.engine.isHome($0) }
    }

    /// A rival's result.
    private func compare(
        _ name: RivalName, _ said: Detection, with detection: Detection, by evaluator: Evaluator,
        _ isHome: (IPAddress) -> Bool
    ) -> Evaluation.Rival {
        let result = evaluator.score(said, threshold: threshold, isHome: isHome)
        let found = result.foundHosts.count
        return Evaluation.Rival(
            name: name, result: result,
            lapwingFalse: found > 0 ? evaluator.falseIncidents(of: detection, found: found) : nil)
    }

    /// What came of a run over a file.
    private struct Run: ~Copyable {
        let detection: Detection
        let engine: DetectionEngine
        let input: InputReport
    }

    /// One run. Parameter each: is given each batch as the engine prepared it.
    private func detect(
        _ plan: EnginePlan, _ open: () throws(InputError) -> FlowSource, _ progress: (InputReport) -> Void,
        each: (FlowBatch) -> Void
    ) throws(InputError) -> Run {
        let source = try open()
        var files = FileRun(source)
        var engine = DetectionEngine(plan)
        var said = EngineOutput(wantsFindings: true)
        var detection = Detection(plan.settings.ensemble, calibration: plan.calibration, threshold: threshold)
        try files.detect(with: &engine, into: &said) { batch, said in
            each(batch)
            for (finding, standing) in said.findings {
                if let standing { detection.add(finding, standing: standing) }
            }
            progress(source.report)
        }
        detection.rank(engine.ranked.listed)
        return Run(detection: detection, engine: engine, input: source.report)
    }
}
