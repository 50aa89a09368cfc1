public import FlowIncidents
import FlowMath
public import FlowModel

/// What one run of the pipeline said, kept for scoring: incidents, and how each host's evidence went in time.
public struct Detection: Sendable {
    /// The hosts it speaks of, worst first.
    public private(set) var suspects: [Suspect] = []
    /// When each host's probability first reached the threshold.
    public private(set) var firstAlert: [IPAddress: Timestamp] = [:]

    /// A host that something is said to be wrong with.
    public struct Suspect: Sendable {
        /// The host.
        public var subject: IPAddress
        /// How likely, 0 to 1.
        public var probability: Double
        /// Whether it is said to be attacked, not to attack.
        public var isTarget: Bool
    }

    /// Something said of a host from one 5 min window to another.
    private struct Mark: Sendable {
        var first: Int32
        var last: Int32
        /// nil for a rival, whose value is log-odds.
        var detector: DetectorName?
        var value: Double
    }

    /// A finding that claims to cover more windows than this is taken by its end.
    private static let windowLimit = 288
    private let ensemble: Ensemble?
    private let halfLifeSeconds: Double
    private let threshold: Double
    private let limit: Double
    private var marks: [IPAddress: [Mark]] = [:]

    /// A detection in which nothing was found. Parameter calibration: that of the pipeline. Parameter threshold: the probability from which a host is alerted on.
    public init(_ settings: EnsembleSettings, calibration: Calibration = Calibration(), threshold: Double) {
        ensemble = Ensemble(settings, calibration: calibration)
        halfLifeSeconds = settings.halfLifeSeconds
        self.threshold = threshold
        limit = logarithm(threshold / (1 - threshold))
    }

    /// That of a rival: no evidence that fades, only alerts.
    init(ofRivalAt threshold: Double) {
        ensemble = nil
        halfLifeSeconds = 0
        self.threshold = threshold
        limit = logarithm(threshold / (1 - threshold))
    }

    /// Takes up a finding. Parameter standing: of its subject, with everything found so far.
    public mutating func add(_ finding: Finding, standing: Ensemble.Standing) {
        if standing.logOdds >= limit { alert(finding.subject, at: finding.span.end) }
        mark(finding.subject, span: finding.span, by: finding.detector, standing.evidence)
    }

    /// Takes up what a rival says: its alert level stands for the threshold.
    mutating func add(_ said: RivalAlert) {
        let level = limit + logarithm(said.score)
        if level >= limit { alert(said.host, at: said.span.end) }
        mark(said.host, span: said.span, by: nil, level)
    }

    /// Takes up the incidents of the whole run, worst first.
    public mutating func rank(_ incidents: [Incident]) {
        suspects = incidents.map {
            Suspect(subject: $0.subject, probability: $0.probability, isTarget: $0.category == .floodTarget)
        }
    }

    /// Takes every host of a rival for a suspect, by its worst moment.
    mutating func rankHosts() {
        let ranked = marks.map { host, list in (host: host, worst: list.map(\.value).max() ?? -.infinity) }
        suspects = ranked.sorted { ($1.worst, $0.host) < ($0.worst, $1.host) }.map { host, worst in
            let probability = worst >= limit ? max(threshold, logistic(worst)) : logistic(worst)
            return Suspect(subject: host, probability: probability, isTarget: false)
        }
    }

    /// The log-odds of a host in a 5 min window: of the evidence that covers it, and of what is left of that before it.
    func logOdds(of address: IPAddress, in window: Int32) -> Double {
        let known = marks[address, default: []].filter { $0.first <= window }
        guard let ensemble else {
            return known.filter { $0.last >= window }.map(\.value).max() ?? -.infinity
        }
        var evidence: [DetectorName: Double] = [:]
        for mark in known {
            guard let detector = mark.detector else { continue }
            var value = mark.value
            if mark.last < window, halfLifeSeconds > 0 {
                let seconds = (Double(window) - Double(mark.last)) * Double(Evaluator.windowNanoseconds) * 1e-9
                value *= exponential(-seconds / halfLifeSeconds * logarithm(2))
            }
            evidence[detector] = max(evidence[detector] ?? 0, value)
        }
        return ensemble.logOdds(of: evidence)
    }

    private mutating func alert(_ host: IPAddress, at moment: Timestamp) {
        firstAlert[host] = min(firstAlert[host] ?? moment, moment)
    }

    private mutating func mark(_ host: IPAddress, span: Window, by detector: DetectorName?, _ value: Double) {
        let last = Evaluator.window(of: span.end)
        var first = Evaluator.window(of: span.start)
        if first > last || Int(last) - Int(first) > Self.windowLimit { first = last }
        var list = marks[host] ?? []
        // What goes on says again what it said before.
        list.removeAll {
            $0.detector == detector && first <= $0.first && $0.last <= last && $0.value <= value
        }
        list.append(Mark(first: first, last: last, detector: detector, value: value))
        marks[host] = list
    }
}
