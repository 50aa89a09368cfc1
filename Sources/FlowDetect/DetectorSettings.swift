public import FlowModel

/// Settings of the detectors, one value each.
public struct DetectorSettings: Codable, Sendable, Equatable {
    /// `pair-outlier`.
    public var pairOutlier = PairOutlierSettings()
    /// `group-outlier`.
    public var groupOutlier = GroupOutlierSettings()
    /// `exfiltration`.
    public var exfiltration = ExfiltrationSettings()
    /// `brute-force`.
    public var bruteForce = BruteForceSettings()
    /// `flood`.
    public var flood = FloodSettings()
    /// `port-scan`.
    public var portScan = PortScanSettings()
    /// `dns-volume`.
    public var dnsVolume = DNSVolumeSettings()
    /// `beaconing`.
    public var beaconing = BeaconingSettings()
    /// `blocklist-hit`.
    public var blocklistHit = BlocklistHitSettings()
    /// The defaults.
    public init() {}
}

/// Settings of `pair-outlier`.
public struct PairOutlierSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Which of Tukey's fences a pair must be outside of.
    public var fence = Fence.outer
    /// The features compared.
    public var features: [PairFeature] = PairFeature.allCases
    /// The defaults.
    public init() {}

    /// Tukey's fences (Tukey 1977): 1.5 and 3 interquartile ranges beyond the quartiles.
    public enum Fence: String, Codable, Sendable, CaseIterable {
        case inner
        case outer
        /// Interquartile ranges beyond the quartiles.
        public var factor: Double { self == .inner ? 1.5 : 3 }
    }
}

/// What `pair-outlier` compares between the pairs of a window.
public enum PairFeature: String, Codable, Sendable, CaseIterable {
    case connections
    case destinationPorts
    case bytesSent
    case bytesReceived
}

/// Settings of `group-outlier`.
public struct GroupOutlierSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Flows of a group that must be known before one is judged.
    public var minimumFlows = 50
    /// Robust z of log bytes from which a flow counts.
    public var threshold = 3.5
    /// Robust z of the log rate from which a flow counts: rates within a group spread wider than sizes.
    public var rateThreshold = 2.0
    /// Fewer bytes than this one way are never a finding.
    public var minimumBytes = 1_000_000
    /// The defaults.
    public init() {}
}

/// Settings of `exfiltration`.
public struct ExfiltrationSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer bytes than this to one peer are never a finding.
    public var minimumBytes = 5e6
    /// The defaults.
    public init() {}
}

/// Settings of `port-scan`.
public struct PortScanSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Evidence, in nats, from which a host is said to scan: ln((1 − β) / α) for α = 0.0005 and β = 0.01.
    public var decision = 7.5
    /// Most hosts watched closely at a time.
    public var suspectLimit = 8192
    /// The defaults.
    public init() {}
}

/// Settings of `brute-force`.
public struct BruteForceSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Guesses above what is ordinary from which a series counts (10 or more).
    public var minimumGuesses = 30
    /// The defaults.
    public init() {}
}

/// Settings of `flood`.
public struct FloodSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer flows a second to one host, or packets that weigh as much, are never a finding.
    public var flowsPerSecond = 100.0
    /// The defaults.
    public init() {}
}

/// Settings of `dns-volume`.
public struct DNSVolumeSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer questions in five minutes, beyond the connections opened, are never a finding.
    public var minimumQuestions = 500
    /// The defaults.
    public init() {}
}

/// Settings of `beaconing`.
public struct BeaconingSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// Settings of `blocklist-hit`.
public struct BlocklistHitSettings: Codable, Sendable, Equatable {
    /// Whether to run it; without blocklists it has nothing to do.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// Settings of the step from findings to incidents.
public struct EnsembleSettings: Codable, Sendable, Equatable {
    /// Log-odds of a host being the source of an incident before anything is seen.
    public var priorLogOdds = -7.0
    /// Half-life of a finding's evidence, in seconds of event time.
    public var halfLifeSeconds = 3600.0
    /// Incidents printed at most, a day.
    public var budgetPerDay = 10
    /// Incidents below this probability are only counted.
    public var minimumProbability = 0.02
    /// The defaults.
    public init() {}
}

extension DetectorSettings {
    /// Switches one detector on or off.
    public mutating func enable(_ name: DetectorName, _ isEnabled: Bool) {
        switch name {
        case .exfiltration: exfiltration.isEnabled = isEnabled
        case .bruteForce: bruteForce.isEnabled = isEnabled
        case .dnsVolume: dnsVolume.isEnabled = isEnabled
        case .flood: flood.isEnabled = isEnabled
        case .beaconing: beaconing.isEnabled = isEnabled
        case .groupOutlier: groupOutlier.isEnabled = isEnabled
        case .pairOutlier: pairOutlier.isEnabled = isEnabled
        case .portScan: portScan.isEnabled = isEnabled
        case .blocklistHit: blocklistHit.isEnabled = isEnabled
        }
    }
}
