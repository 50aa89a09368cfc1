public import FlowModel

/// The rules of the settings, and how often each hid something.
///
/// The first rule that matches counts. A rule that has expired by the time in the flows hides nothing and is counted.
public struct Suppressions: Sendable {
    private var rules: [SuppressionRule]
    private var counts: [SuppressionCount]
    /// Findings hidden, by detector.
    public private(set) var hidden: [DetectorName: Int] = [:]

    /// Rules that have hidden nothing yet.
    public init(_ rules: [SuppressionRule]) {
        self.rules = rules
        counts = rules.indices.map { SuppressionCount(number: $0 + 1, rule: rules[$0]) }
    }

    /// Whether a rule hides a finding. Cost: some comparisons a rule.
    public mutating func hides(_ finding: Finding) -> Bool {
        for index in rules.indices {
            guard rules[index].matches(finding) else { continue }
            // Findings without weight are made only where somebody wants to see them.
            let weight = finding.evidence > 0 ? 1 : 0
            if let expires = rules[index].expires, finding.span.end >= expires {
                counts[index].expired += weight
                continue
            }
            counts[index].hidden += weight
            hidden[finding.detector, default: 0] += weight
            return true
        }
        return false
    }

    /// Findings that rules would have hidden, had they not expired.
    public var expiredCount: Int { counts.reduce(0) { $0 + $1.expired } }

    /// The rules that hid something or, by `now`, have expired.
    public func report(now: Timestamp?) -> [SuppressionCount] {
        counts.filter { count in
            let isExpired = count.rule.expires.map { expires in now.map { $0 >= expires } ?? false } ?? false
            return count.hidden > 0 || count.expired > 0 || isExpired
        }
    }
}

/// How often a rule hid a finding.
public struct SuppressionCount: Sendable {
    /// Its place in the settings, from 1.
    public var number: Int
    /// The rule.
    public var rule: SuppressionRule
    /// Findings with weight that it hid.
    public var hidden = 0
    /// Findings with weight that it would have hidden, had it not expired.
    public var expired = 0
}
