import FlowModel

/// The evidence of a host's detectors at one moment, in nats, and what it comes to.
struct Weighing: Sendable {
    /// Log-odds of a probability of 0.79, the highest of a medium severity.
    private static let mediumLogOdds = 1.32
    /// What another family must weigh to stand beside a clock.
    private static let corroboration = 5.0
    /// Up to here evidence is a hint, which is no second leg to stand on.
    private static let hint = 3.0

    /// Log-odds, probability's.
    let logOdds: Double
    /// The same without calls by a clock.
    let logOddsWithoutClocks: Double
    /// What each detector adds to the log-odds: the strongest of its family all it has, the others nothing.
    let counted: [DetectorName: Double]

    /// As the detectors gave it.
    let given: [DetectorName: Double]
    private let evidence: [DetectorName: Double]
    /// The sum of evidence at which odds are even.
    private let even: Double

    /// Weighs the evidence of each detector, faded and capped.
    init(_ given: [DetectorName: Double], prior: Double, calibration: Calibration) {
        var evidence: [DetectorName: Double] = [:]
        for (detector, nats) in given { evidence[detector] = calibration.worth(of: nats, by: detector) }
        var leaders: [Case.Family: (detector: DetectorName, evidence: Double)] = [:]
        for detector in DetectorName.allCases {
            guard let nats = evidence[detector] else { continue }
            let family = Case.Family(detector)
            if nats > leaders[family]?.evidence ?? -1 { leaders[family] = (detector, nats) }
        }
        // In a fixed order, so that sums repeat to the bit.
        let families = Case.Family.allCases.compactMap { family in leaders[family].map { (family, $0) } }
        let others = families.filter { $0.0 != .clocks }.map(\.1)
        let rest = others.reduce(0) { $0 + $1.evidence }
        let clock = leaders[.clocks]
        // A clock by itself says that a program runs: without another family that nearly stands alone it makes an
        // incident of medium severity at most.
        let isFree = others.contains { $0.evidence >= Self.corroboration }
        let all = rest + (clock?.evidence ?? 0)
        let slope = calibration.slope
        let medium = (Self.mediumLogOdds - calibration.offset) / slope - prior
        let sum = isFree ? all : max(rest, min(all, medium))
        var counted = Dictionary(uniqueKeysWithValues: others.map { ($0.detector, $0.evidence) })
        if let clock { counted[clock.detector] = sum - rest }
        self.counted = counted
        self.given = given
        self.evidence = evidence
        even = -calibration.offset / slope - prior
        logOdds = slope * (prior + sum) + calibration.offset
        logOddsWithoutClocks = slope * (prior + rest) + calibration.offset
    }

    /// Families of which each weighs more than a hint.
    var legs: Int { counted.values.count { $0 > Self.hint } }

    /// What by itself would have brought the host under even odds: a family gone, or weaker.
    var clearings: [Incident.Clearing] {
        guard logOdds >= 0 else { return [] }
        // In a fixed order, so that sums repeat to the bit.
        let all = DetectorName.allCases.filter { counted[$0] != nil }.reduce(0) { $0 + (evidence[$1] ?? 0) }
        return DetectorName.allCases.compactMap { detector in
            guard let leader = counted[detector].flatMap({ _ in evidence[detector] }) else { return nil }
            // Even odds lie below the limit of a clock, so the plain sum decides.
            let limit = even - (all - leader)
            guard limit > 0 else { return nil }
            let family = Case.Family(detector)
            let strong = DetectorName.allCases.filter {
                Case.Family($0) == family && evidence[$0] ?? 0 >= limit
            }
            return Incident.Clearing(detectors: strong, evidence: leader, limit: limit)
        }
    }
}
