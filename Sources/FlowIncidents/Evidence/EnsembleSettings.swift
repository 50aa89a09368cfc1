public import FlowModel

/// Settings of the step from findings to incidents.
public struct EnsembleSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Log-odds of a host being the source of an incident before anything is seen.
    public var priorLogOdds = -7.0
    /// Half-life of a finding's evidence, in seconds of event time; 0 for evidence that does not fade.
    public var halfLifeSeconds = 3600.0
    /// So long a host is watched after it was last more likely than not the source of an incident: a night, between
    /// one working day's steps and the next.
    public var watchSeconds = 43_200.0
    /// How many times longer evidence about a watched host lasts, 1 or more: steps of an afternoon add up.
    public var watchedHalfLifeFactor = 4.0
    /// Incidents printed at most, a day.
    public var budgetPerDay = 10
    /// Incidents below this probability are only counted.
    public var minimumProbability = 0.02
    /// What evidence is worth: `own`, what the detectors say; `shipped`, what it was on captures with known truth; else a
    /// file that `evaluate --calibrate` wrote. The shipped one makes too much of clocks on a large network,
    /// docs/calibration.md.
    public var calibration = "own"
    public static let ranges: [String: ClosedRange<Double>] = [
        "priorLogOdds": -30...5, "halfLifeSeconds": .tenYears, "watchSeconds": .tenYears,
        "watchedHalfLifeFactor": 1...1000, "budgetPerDay": 0...1_000_000, "minimumProbability": 0...1,
    ]
    /// The defaults.
    public init() {}
}
