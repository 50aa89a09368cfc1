public import FlowFiles
public import FlowModel

/// What `evaluate` reports about one file: the scores of detection, of other systems, and of each detector.
public struct Evaluation: Sendable {
    /// The file, as it was named.
    public var file: String
    /// What was read of it.
    public var input: InputReport
    /// How good detection was.
    public var result: EvaluationResult
    /// Scores with each detector alone and with each left out; empty unless asked for.
    public var byDetector: [(name: DetectorName, alone: EvaluationResult, without: EvaluationResult)] = []
    /// Scores of other systems' rules; empty unless asked for.
    public var rivals: [Rival] = []
    /// The hosts that something was found about, for a calibrator; empty where the truth is not known.
    public var samples: [Calibrator.Sample] = []
    /// The start of the last flow.
    public var lastSeen = Timestamp(nanoseconds: 0)
    /// Whether labels, networks or a simulation say what is malicious or benign.
    public var isTruthKnown = false
    /// Labels that say neither malicious nor benign; their flows count as benign.
    public var unknownLabels: [String] = []

    /// An evaluation of a file, without what has to be asked for.
    public init(file: String, input: InputReport, result: EvaluationResult) {
        self.file = file
        self.input = input
        self.result = result
    }

    /// How another system's rule did on the same flows.
    public struct Rival: Sendable {
        /// Whose rule.
        public var name: RivalName
        /// How good it was.
        public var result: EvaluationResult
        /// Lapwing's false incidents before it has found as many hosts; nil where it never does, or there are none.
        public var lapwingFalse: Int?
    }
}
