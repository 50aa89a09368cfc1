import FlowDetect
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
    /// What each detector adds to the log-odds: the strongest of its family all it has, the others nothing; nothing
    /// either what does not count beside a clock.
    let counted: [DetectorName: Double]

    /// As the detectors gave it.
    let given: [DetectorName: Double]
    private let evidence: [DetectorName: Double]
    /// What is left without the clock, and without what any host in use shows: of these only one counts.
    private let aside: (clock: Double, use: Double)
    /// The sum of evidence at which odds are even.
    private let even: Double

    /// Weighs the evidence of each detector, faded and capped.
    init(_ given: [DetectorName: Double], prior: Double, calibration: Calibration) {
        var evidence: [DetectorName: Double] = [:]
        for (detector, nats) in given { evidence[detector] = calibration.worth(of: nats, by: detector) }
        var leaders: [DetectorFamily: (detector: DetectorName, evidence: Double)] = [:]
        for detector in DetectorName.allCases {
            guard let nats = evidence[detector] else { continue }
            let family = DetectorCatalog.profile(of: detector).family
            if nats > leaders[family]?.evidence ?? -1 { leaders[family] = (detector, nats) }
        }
        // In a fixed order, so that sums repeat to the bit.
        let families = DetectorFamily.allCases.compactMap { family in leaders[family].map { (family, $0) } }
        let others = families.filter { $0.0 != .clocks }
        let rest = others.reduce(0) { $0 + $1.1.evidence }
        let clock = leaders[.clocks]?.evidence ?? 0
        // A clock by itself says that a program runs. Without another family that nearly stands alone it makes an
        // incident of medium severity at most, and what any host in use shows adds nothing to it: most with a clock
        // have both. Then the stronger of the two stories counts.
        let isFree = others.contains { $0.1.evidence >= Self.corroboration }
        let signs = others.filter { isFree || !$0.0.isOrdinaryUse }
        let beside = signs.reduce(0) { $0 + $1.1.evidence }
        let slope = calibration.slope
        let medium = (Self.mediumLogOdds - calibration.offset) / slope - prior
        let withClock = isFree ? rest + clock : max(beside, min(beside + clock, medium))
        let hasClock = withClock > rest
        let sum = max(rest, withClock)
        var counted = Dictionary(uniqueKeysWithValues: leaders.values.map { ($0.detector, 0.0) })
        for (_, leader) in hasClock ? signs : others { counted[leader.detector] = leader.evidence }
        if hasClock, let leader = leaders[.clocks] { counted[leader.detector] = sum - beside }
        self.counted = counted
        aside = isFree ? (0, 0) : (rest, beside + clock)
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
        let all = DetectorName.allCases.reduce(0) { $0 + (counted[$1] ?? 0 > 0 ? evidence[$1] ?? 0 : 0) }
        return DetectorName.allCases.compactMap { detector in
            guard let leader = counted[detector].flatMap({ $0 > 0 ? evidence[detector] : nil }) else { return nil }
            // Even odds lie below the limit of a clock, so the plain sum decides.
            let limit = even - (all - leader)
            let family = DetectorCatalog.profile(of: detector).family
            let left = family == .clocks ? aside.clock : family.isOrdinaryUse ? aside.use : 0
            guard limit > 0, left < even else { return nil }
            let strong = DetectorName.allCases.filter {
                DetectorCatalog.profile(of: $0).family == family && evidence[$0] ?? 0 >= limit
            }
            return Incident.Clearing(detectors: strong, evidence: leader, limit: limit)
        }
    }
}
