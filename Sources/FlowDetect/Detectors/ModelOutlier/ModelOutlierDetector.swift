public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `model-outlier`.
public struct ModelOutlierSettings: Codable, Sendable, Equatable {
    /// Whether to judge by the models.
    public var isEnabled = true
    /// Files of models made by `lapwing train`, at most 8; without one the detector does nothing.
    public var models: [String] = []
    /// The defaults.
    public init() {}
}

/// `model-outlier`: what a model of good traffic (`lapwing train`) has hardly ever seen.
///
/// Null model: rows of the features are scored as those of the training were, so −ln of the share of training rows that
/// score as much is the rarity of a row; what as many tests as there are rows in an hour cost is taken off. It says that
/// something is unlike, not that it is bad: little evidence, in a family of its own. Works at the end of a model's
/// windows, every few minutes; without a model nothing is done. Of a window of all traffic the host that opened most is
/// named. Memory: a few MB a model, of the local outlier factor its rows, and the features of one window, of at most
/// 200,000 hosts, pairs and rows.
public struct ModelOutlierDetector: Detector {
    public static let profile = DetectorProfile(
        name: .modelOutlier,
        watchesFor:
            "with `detect --model`: hosts, pairs or windows unlike what a model of good traffic has learnt, with"
            + " the features that make them so",
        weight: "little: unlike is not bad",
        family: .model, cap: 2,
        capSource: "context: with the prior of -7 a probability of 0.007; unlike is not bad",
        evidence: .total)
    /// Most models at a time.
    public static let modelLimit = 8

    private var judges: [ModelJudge]

    /// A detector that judges by models; those beyond `modelLimit` are left out.
    public init(_ models: [TrainedModel]) { judges = models.prefix(Self.modelLimit).map { ModelJudge($0) } }

    public var overflowCount: Int { judges.reduce(0) { $0 + $1.overflowCount } }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        for index in judges.indices { judges[index].add(flows) }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        close(upTo: window.window.end, findings: &findings)
    }

    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {
        close(upTo: moment, findings: &findings)
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        // Models may change from run to run: each goes on from what was saved of it alone.
        var count = judges.count
        try state.carry(&count)
        for index in 0..<max(0, min(count, Self.modelLimit)) {
            var key = state.isRestoring ? 0 : judges[index].key
            var bytes: [UInt8] = state.isRestoring ? [] : try judges[index].saved()
            try state.carry(&key)
            try state.carry(&bytes)
            guard state.isRestoring, let place = judges.firstIndex(where: { $0.key == key }) else { continue }
            var saved = try StateCarrier(restoring: bytes)
            try judges[place].carry(&saved)
        }
    }

    private mutating func close(upTo moment: Timestamp, findings: inout FindingSink) {
        for index in judges.indices {
            for row in judges[index].close(upTo: moment) {
                findings.add(Self.finding(row, by: judges[index].model))
            }
        }
    }

    private static func finding(_ row: ModelJudge.Row, by model: TrainedModel) -> Finding {
        Finding(
            detector: name, subject: HostKey(row.subject), peer: row.peer, span: row.window, score: row.rarity,
            baseline: row.ordinary, evidence: row.evidence, flows: row.flows,
            reason: ModelOutlierReason(
                method: model.model.method.rawValue, subject: model.subject.rawValue,
                windowSeconds: model.windowSeconds ?? 0, trainedRows: model.rows, oneIn: exponential(row.rarity),
                features: row.causes.map {
                    ModelOutlierReason.Feature(
                        name: $0.column.name, unit: $0.column.unit, value: $0.value, usual: $0.usual)
                }),
            sample: nil)
    }
}
