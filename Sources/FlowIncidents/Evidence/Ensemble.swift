import FlowMath
public import FlowModel

/// Findings to incidents: log-odds of each host, summed by family, capped, fading with time.
///
/// The prior and the caps are fixed; what evidence is worth may be calibrated. The probability of an incident is that
/// of its worst moment. Bounded: at most 100,000 hosts with findings that weigh anything; for a further one, of eight
/// the one with the least evidence makes room, so that many strangers with weak signs hide nobody.
public struct Ensemble: Sendable {
    /// Most hosts with findings.
    public static let hostLimit = 100_000
    /// Findings of hosts that another had to make room for.
    public private(set) var overflowCount = 0

    private let settings: EnsembleSettings
    private let calibration: Calibration
    private var cases: [Case] = []
    private var places: [HostKey: Int] = [:]
    private var nextCandidate = 0
    private static let candidates = 8

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

    /// Takes up a finding. Returns: how its subject stands with it; nil for a finding without weight.
    @discardableResult
    public mutating func add(_ finding: Finding) -> Standing? {
        guard finding.evidence > 0 else { return nil }
        let place: Int
        if let known = places[finding.host] {
            place = known
        } else {
            place = cases.count < Self.hostLimit ? cases.count : makeRoom()
            places[finding.host] = place
            let new = Case(
                subject: finding.host, span: finding.span, prior: settings.priorLogOdds, calibration: calibration)
            if place == cases.count { cases.append(new) } else { cases[place] = new }
        }
        return cases[place].add(finding, settings: settings)
    }

    private mutating func makeRoom() -> Int {
        var lightest = nextCandidate
        for _ in 0..<Self.candidates {
            if cases[nextCandidate].peak < cases[lightest].peak { lightest = nextCandidate }
            nextCandidate = (nextCandidate + 1) % cases.count
        }
        overflowCount += 1
        places[cases[lightest].subject] = nil
        return lightest
    }

    /// Each host that something was found about, with the evidence of each detector at its worst moment as given.
    public var worstMoments: [(incident: Incident, evidence: [DetectorName: Double])] {
        cases.map { ($0.incident(), $0.worst.given) }
    }

    /// The hosts that something was found about, the most likely first, then in the order it was.
    public var subjects: [HostKey] {
        cases.indices.sorted { (cases[$1].peak, $0) < (cases[$0].peak, $1) }.map { cases[$0].subject }
    }

    /// The incidents so far, by probability, then log-odds, then address; those below the settings' minimum left out.
    public func incidents() -> (listed: [Incident], weakerCount: Int) {
        let all = cases.map { $0.incident() }
        let listed = all.filter { $0.probability >= settings.minimumProbability }.sorted { left, right in
            if left.logOdds != right.logOdds { return left.logOdds > right.logOdds }
            return (left.subject, left.host.site.rawValue) < (right.subject, right.host.site.rawValue)
        }
        return (listed, all.count - listed.count)
    }
}
