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

extension DetectorSettings {
    /// Switches one detector on or off.
    public mutating func enable(_ name: DetectorName, _ isEnabled: Bool) {
        self[keyPath: DetectorCatalog.entry(of: name).isEnabled] = isEnabled
    }
}
