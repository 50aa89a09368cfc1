import FlowMath
public import FlowModel

/// What one run of the pipeline said, kept for scoring: incidents, and how each host's log-odds went in time.
public struct Detection: Sendable {
    /// Log-odds of a host about which nothing is said.
    public let prior: Double
    /// Every incident, worst first.
    public var incidents: [Incident] = []
    /// The highest log-odds of each host in each 5 min window in which something was found about it.
    public private(set) var logOdds: [IPAddress: [(window: Int32, logOdds: Double)]] = [:]
    /// When each host's probability first reached the threshold.
    public private(set) var firstAlert: [IPAddress: Timestamp] = [:]

    /// A finding that claims to cover more windows than this is taken by its end.
    private static let windowLimit = 288
    private let limit: Double

    /// A detection in which nothing was found. Parameter threshold: the probability from which a host is alerted on.
    public init(prior: Double, threshold: Double) {
        self.prior = prior
        limit = logarithm(threshold / (1 - threshold))
    }

    /// Takes up a finding. Parameter logOdds: of its subject, with everything found so far.
    public mutating func add(_ finding: Finding, logOdds value: Double) {
        let subject = finding.subject
        if value >= limit, firstAlert[subject] == nil { firstAlert[subject] = finding.span.end }
        let last = Evaluator.window(of: finding.span.end)
        var first = Evaluator.window(of: finding.span.start)
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
