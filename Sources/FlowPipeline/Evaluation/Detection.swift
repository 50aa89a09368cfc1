import FlowMath
public import FlowModel

/// What one run of the pipeline said, kept for scoring: incidents, and how each host's log-odds went in time.
public struct Detection: Sendable {
    /// Log-odds of a host about which nothing is said.
    public let prior: Double
    /// The hosts it speaks of, worst first.
    public private(set) var suspects: [Suspect] = []
    /// The highest log-odds of each host in each 5 min window in which something was found about it.
    public private(set) var logOdds: [IPAddress: [(window: Int32, logOdds: Double)]] = [:]
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

    /// A finding that claims to cover more windows than this is taken by its end.
    private static let windowLimit = 288
    private let threshold: Double
    private let limit: Double

    /// A detection in which nothing was found. Parameter threshold: the probability from which a host is alerted on.
    public init(prior: Double, threshold: Double) {
        self.prior = prior
        self.threshold = threshold
        limit = logarithm(threshold / (1 - threshold))
    }

    /// Takes up a finding. Parameter logOdds: of its subject, with everything found so far.
    public mutating func add(_ finding: Finding, logOdds value: Double) {
        add(finding.subject, span: finding.span, logOdds: value)
    }

    /// Takes up what a rival says: its alert level stands for the threshold.
    mutating func add(_ alert: RivalAlert) {
        add(alert.host, span: alert.span, logOdds: limit + logarithm(alert.score))
    }

    /// Takes up the incidents of the whole run, worst first.
    public mutating func rank(_ incidents: [Incident]) {
        suspects = incidents.map {
            Suspect(subject: $0.subject, probability: $0.probability, isTarget: $0.category == .floodTarget)
        }
    }

    /// Takes every host of a rival for a suspect, by its worst moment.
    mutating func rankHosts() {
        let ranked = logOdds.map { host, list in (host: host, worst: list.map(\.logOdds).max() ?? prior) }
        suspects = ranked.sorted { ($1.worst, $0.host) < ($0.worst, $1.host) }.map { host, worst in
            let probability = worst >= limit ? max(threshold, logistic(worst)) : logistic(worst)
            return Suspect(subject: host, probability: probability, isTarget: false)
        }
    }

    private mutating func add(_ subject: IPAddress, span: Window, logOdds value: Double) {
        if value >= limit { firstAlert[subject] = min(firstAlert[subject] ?? span.end, span.end) }
        let last = Evaluator.window(of: span.end)
        var first = Evaluator.window(of: span.start)
        if first > last || Int(last) - Int(first) > Self.windowLimit { first = last }
        var list = logOdds[subject] ?? []
        for window in first...last {
            if let place = list.lastIndex(where: { $0.window == window }) {
                list[place].logOdds = max(list[place].logOdds, value)
            } else {
                list.append((window, value))
            }
        }
        logOdds[subject] = list
    }
}
