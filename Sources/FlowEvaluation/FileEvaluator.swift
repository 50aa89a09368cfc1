public import FlowDetect
public import FlowEnrich
public import FlowFeatures
public import FlowFiles
public import FlowModel
public import FlowPipeline

/// Runs detection over labelled files and scores it; each file is a network of its own.
public struct FileEvaluator {
    /// What helps detection, the same for all files.
    public struct Aids {
        /// Blocklists; nil for none.
        public var blocklists: BlocklistTable?
        /// Countries and autonomous systems; nil for none.
        public var geo: GeoDatabase?
        /// Models of good traffic, for `model-outlier`.
        public var models: [TrainedModel]
        /// What evidence is worth.
        public var calibration: Calibration

        /// Aids for detection.
        public init(
            blocklists: BlocklistTable?, geo: GeoDatabase?, models: [TrainedModel], calibration: Calibration
        ) {
            self.blocklists = blocklists
            self.geo = geo
            self.models = models
            self.calibration = calibration
        }
    }

    /// One batch of flows, as `Pipeline.process` takes it: the flows, how late they may come, and where they are from.
    public typealias Take = (_ batch: inout FlowBatch, _ delay: Int64, _ source: FlowSource) -> Void

    private let settings: Settings
    private let aids: Aids
    private let threshold: Double
    private let rivals: [RivalName]
    private let isByDetector: Bool

    /// An evaluator. Parameter threshold: the probability from which an incident counts. Parameter rivals: the systems
    /// whose rules run beside. Parameter isByDetector: whether each detector also runs alone and is also left out.
    public init(_ settings: Settings, aids: Aids, threshold: Double, rivals: [RivalName], isByDetector: Bool) {
        self.settings = settings
        self.aids = aids
        self.threshold = threshold
        self.rivals = rivals
        self.isByDetector = isByDetector
    }

    /// Evaluates one file. Parameter read: reads the file from its start to its end, one call for each run over it, and
    /// gives every batch to `take`. Throws: what `read` throws.
    public func evaluate<Failure: Error>(
        _ file: String, truth: GroundTruth, read: (_ take: Take) throws(Failure) -> InputReport
    ) throws(Failure) -> Evaluation {
        var evaluator = Evaluator(truth: truth)
        let (detection, pipeline, input) = try detect(settings, read) { flows, names in
            evaluator.add(flows, names: names)
        }
        let isHome = { pipeline.isHome($0) }
        var evaluation = Evaluation(
            file: file, input: input, result: evaluator.score(detection, threshold: threshold, isHome: isHome))
        let moments = pipeline.worstMoments
        evaluation.result.reliability = evaluator.reliability(of: moments)
        evaluation.isTruthKnown = evaluator.truth.isKnown
        evaluation.unknownLabels = evaluator.truth.unknownLabels
        evaluation.lastSeen = evaluator.lastSeen
        if evaluation.isTruthKnown { evaluation.samples = evaluator.samples(of: moments) }
        if !rivals.isEmpty {
            evaluation.rivals = try compare(with: detection, by: evaluator, isHome, read)
        }
        guard isByDetector else { return evaluation }
        for name in DetectorName.allCases {
            var alone = settings
            for other in DetectorName.allCases { alone.detectors.enable(other, other == name) }
            var without = settings
            without.detectors.enable(name, false)
            let scores = (try score(alone, by: evaluator, read), try score(without, by: evaluator, read))
            evaluation.byDetector.append((name, scores.0, scores.1))
        }
        return evaluation
    }

    private func score<Failure: Error>(
        _ settings: Settings, by evaluator: Evaluator, _ read: (_ take: Take) throws(Failure) -> InputReport
    ) throws(Failure) -> EvaluationResult {
        let (detection, pipeline, _) = try detect(settings, read) { _, _ in }
        return evaluator.score(detection, threshold: threshold) { pipeline.isHome($0) }
    }

    /// The rivals' results. The file is read again for them: home is known only after the first run.
    private func compare<Failure: Error>(
        with detection: Detection, by evaluator: Evaluator, _ isHome: @escaping (IPAddress) -> Bool,
        _ read: (_ take: Take) throws(Failure) -> InputReport
    ) throws(Failure) -> [Evaluation.Rival] {
        var run = RivalRun(rivals, threshold: threshold)
        _ = try read { batch, _, _ in run.observe(batch.flows, isHome: isHome) }
        return run.finish().map { name, said in
            let result = evaluator.score(said, threshold: threshold, isHome: isHome)
            let found = result.foundHosts.count
            return Evaluation.Rival(
                name: name, result: result,
                lapwingFalse: found > 0 ? evaluator.falseIncidents(of: detection, found: found) : nil)
        }
    }

    /// One run. Parameter take: is given the flows before the pipeline changes them.
    private func detect<Failure: Error>(
        _ settings: Settings, _ read: (_ take: Take) throws(Failure) -> InputReport,
        take: @escaping ([Flow], FlowNames) -> Void
    ) throws(Failure) -> (detection: Detection, pipeline: Pipeline, input: InputReport) {
        let found = Box(Detection(settings.ensemble, calibration: aids.calibration, threshold: threshold))
        var pipeline = Pipeline(
            settings: settings, blocklists: aids.blocklists, geo: aids.geo, models: aids.models,
            calibration: aids.calibration
        ) { finding, standing in
            if let standing { found.value.add(finding, standing: standing) }
        }
        let input = try read { batch, delay, source in
            take(batch.flows, source.names)
            pipeline.process(&batch, order: source.order, delay: delay, names: source.names)
        }
        pipeline.finish()
        found.value.rank(pipeline.incidents().listed)
        return (found.value, pipeline, input)
    }
}

/// A value that a closure changes while others read it.
private final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
}
