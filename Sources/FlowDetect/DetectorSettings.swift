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
    /// `new-port`.
    public var newPort = NoveltySettings()
    /// `new-peer`.
    public var newPeer = NoveltySettings()
    /// `lateral-movement`.
    public var lateralMovement = LateralMovementSettings()
    /// `policy`.
    public var policy = PolicySettings()
    /// `dns-tunnel`.
    public var dnsTunnel = DNSTunnelSettings()
    /// `spam`.
    public var spam = SpamSettings()
    /// `mining-and-tor`.
    public var miningAndTor = MiningAndTorSettings()
    /// `long-connection`.
    public var longConnection = LongConnectionSettings()
    /// `data-hoarding`.
    public var dataHoarding = DataHoardingSettings()
    /// `model-outlier`.
    public var modelOutlier = ModelOutlierSettings()
    /// `unanswered`.
    public var unanswered = UnansweredSettings()
    /// `never-closed`.
    public var neverClosed = NeverClosedSettings()
    /// `amplification`.
    public var amplification = AmplificationSettings()
    /// `port-count`.
    public var portCount = PortCountSettings()
    /// `entropy-shift`.
    public var entropyShift = EntropyShiftSettings()
    /// `basic-checks`.
    public var basicChecks = BasicChecksSettings()
    /// `blocklist-hit`.
    public var blocklistHit = BlocklistHitSettings()
    /// `new-country`.
    public var newCountry = NewCountrySettings()
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

/// Settings of `new-port` and of `new-peer`.
public struct NoveltySettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// So long a host must have been seen to do something, in stretches of ten minutes, before its news say anything: in
    /// its first hour all of them are new.
    public var learningSeconds = 3600.0
    /// What was not seen for so long is new again: a month, so that what is done monthly is known.
    public var memorySeconds = 31.0 * 86_400
    /// The defaults.
    public init() {}
}

/// Settings of `policy`.
public struct PolicySettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// What may not talk to what, and exceptions; the first rule that fits a flow decides. At most 64.
    public var rules: [PolicyRule] = []
    /// The defaults: nothing is forbidden.
    public init() {}

    /// What is wrong with the rules; nil when nothing is.
    public var problem: String? {
        if rules.count > PolicyMatrix.ruleLimit { return "takes at most \(PolicyMatrix.ruleLimit) rules" }
        for (index, rule) in rules.enumerated() {
            if rule.from.isEmpty || rule.to.isEmpty { return "rule \(index + 1): \"from\" and \"to\" name host groups" }
            if rule.transports == nil { return "rule \(index + 1): \"protocols\" names IP protocols such as tcp" }
        }
        return nil
    }
}

/// Settings of `dns-tunnel`.
public struct DNSTunnelSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer bytes both ways, with one server in five minutes, are never a finding: a busy client's 500 questions of 80
    /// bytes and their answers come to less.
    public var minimumBytes = 200_000
    /// The defaults.
    public init() {}
}

/// Settings of `lateral-movement`.
public struct LateralMovementSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// So long a host must be known before what it does is held against it: at first every session is the first.
    public var learningSeconds = 1200.0
    /// A session that long ago is as good as none: a month, so that what is done monthly is known.
    public var memorySeconds = 31.0 * 86_400
    /// The defaults.
    public init() {}
}

/// Settings of `spam`.
public struct SpamSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer mail servers that answer, in ten minutes, are never a finding: a client has one of its own, or a few.
    public var minimumServers = 20
    /// The defaults.
    public init() {}
}

/// Settings of `mining-and-tor`.
public struct MiningAndTorSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// Settings of `long-connection`.
public struct LongConnectionSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Hours that a connection with a host outside may last: a working day and a bit, as in Cisco's product.
    public var hours = 9.0
    /// The defaults.
    public init() {}
}

/// Settings of `data-hoarding`.
public struct DataHoardingSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer bytes pulled from hosts inside, in a quarter of an hour, are never a finding: a few large documents.
    public var minimumBytes = 50_000_000
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
        case .newPort: newPort.isEnabled = isEnabled
        case .newPeer: newPeer.isEnabled = isEnabled
        case .lateralMovement: lateralMovement.isEnabled = isEnabled
        case .policy: policy.isEnabled = isEnabled
        case .dnsTunnel: dnsTunnel.isEnabled = isEnabled
        case .spam: spam.isEnabled = isEnabled
        case .miningAndTor: miningAndTor.isEnabled = isEnabled
        case .longConnection: longConnection.isEnabled = isEnabled
        case .dataHoarding: dataHoarding.isEnabled = isEnabled
        case .modelOutlier: modelOutlier.isEnabled = isEnabled
        case .unanswered: unanswered.isEnabled = isEnabled
        case .neverClosed: neverClosed.isEnabled = isEnabled
        case .amplification: amplification.isEnabled = isEnabled
        case .portCount: portCount.isEnabled = isEnabled
        case .entropyShift: entropyShift.isEnabled = isEnabled
        case .basicChecks: basicChecks.isEnabled = isEnabled
        case .blocklistHit: blocklistHit.isEnabled = isEnabled
        case .newCountry: newCountry.isEnabled = isEnabled
        }
    }
}
