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
