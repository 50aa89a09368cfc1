import FlowMath
public import FlowModel

/// Findings to incidents: log-odds of each host, summed by family, capped, fading with time.
///
/// The prior and the caps are fixed; what evidence is worth may be calibrated. The probability of an incident is that
/// of its worst moment. Bounded: at most 100,000 hosts with findings that weigh anything; further ones are counted.
public struct Ensemble: Sendable {
    /// Most hosts with findings.
    public static let hostLimit = 100_000
    /// Findings that found no room.
    public private(set) var overflowCount = 0

    private let settings: EnsembleSettings
    private let calibration: Calibration
    private var cases: [Case] = []
    private var places: [IPAddress: Int] = [:]

    /// An ensemble without findings. Parameter calibration: by default evidence is taken at its word.
    public init(_ settings: EnsembleSettings, calibration: Calibration = Calibration()) {
        self.settings = settings
        self.calibration = calibration
    }

    /// How a host stands after a finding about it.
    public struct Standing: Sendable {
        /// Its log-odds with everything found so far.
        public var logOdds: Double
        /// What the detector of the finding has found about it so far, faded and capped, in nats.
        public var evidence: Double
        /// Log-odds, and the evidence of one detector.
        public init(logOdds: Double, evidence: Double) {
            self.logOdds = logOdds
            self.evidence = evidence
        }
    }

    /// The log-odds of a host with so much evidence of each detector, in nats.
    public func logOdds(of evidence: [DetectorName: Double]) -> Double {
        Weighing(evidence, prior: settings.priorLogOdds, calibration: calibration).logOdds
    }

    /// Takes up a finding. Returns: how its subject stands with it; nil for a finding without weight, or without room.
    @discardableResult
    public mutating func add(_ finding: Finding) -> Standing? {
        guard finding.evidence > 0 else { return nil }
        let place: Int
        if let known = places[finding.subject] {
            place = known
        } else {
            guard cases.count < Self.hostLimit else {
                overflowCount += 1
                return nil
            }
            place = cases.count
            places[finding.subject] = place
            cases.append(
                Case(
                    subject: finding.subject, span: finding.span, prior: settings.priorLogOdds,
                    calibration: calibration))
        }
        return cases[place].add(finding, settings: settings)
    }

    /// Each host that something was found about, with the evidence of each detector at its worst moment as given.
    public var worstMoments: [(incident: Incident, evidence: [DetectorName: Double])] {
        cases.map { ($0.incident(), $0.worst.given) }
    }

    /// The hosts that something was found about, in the order it was.
    public var subjects: [IPAddress] { cases.map(\.subject) }

    /// The incidents so far, by probability, then log-odds, then address; those below the settings' minimum left out.
    public func incidents() -> (listed: [Incident], weakerCount: Int) {
        let all = cases.map { $0.incident() }
        let listed = all.filter { $0.probability >= settings.minimumProbability }.sorted { left, right in
            if left.logOdds != right.logOdds { return left.logOdds > right.logOdds }
            return left.subject < right.subject
        }
        return (listed, all.count - listed.count)
    }
}
