public import FlowFeatures
public import FlowModel

/// Every detector: a new one is a folder in `Detectors/`, a settings value, a name, and a line here.
public enum DetectorCatalog {
    /// A detector: what is known of it, what switches it on, and how it is made.
    struct Entry: Sendable {
        let profile: DetectorProfile
        let isEnabled: any WritableKeyPath<DetectorSettings, Bool> & Sendable
        let make: @Sendable (DetectorSettings, [TrainedModel]) -> any Detector

        init(
            _ profile: DetectorProfile, _ isEnabled: any WritableKeyPath<DetectorSettings, Bool> & Sendable,
            make: @escaping @Sendable (DetectorSettings, [TrainedModel]) -> any Detector
        ) {
            self.profile = profile
            self.isEnabled = isEnabled
            self.make = make
        }
    }

    /// In the order they are called, and in which the findings of one flow come.
    static let entries: [Entry] = [
        Entry(PairOutlierDetector.profile, \.pairOutlier.isEnabled) { settings, _ in
            PairOutlierDetector(settings.pairOutlier)
        },
        Entry(GroupOutlierDetector.profile, \.groupOutlier.isEnabled) { settings, _ in
            GroupOutlierDetector(settings.groupOutlier)
        },
        Entry(ExfiltrationDetector.profile, \.exfiltration.isEnabled) { settings, _ in
            ExfiltrationDetector(settings.exfiltration)
        },
        Entry(BruteForceDetector.profile, \.bruteForce.isEnabled) { settings, _ in
            BruteForceDetector(settings.bruteForce)
        },
        Entry(FloodDetector.profile, \.flood.isEnabled) { settings, _ in FloodDetector(settings.flood) },
        Entry(PortScanDetector.profile, \.portScan.isEnabled) { settings, _ in PortScanDetector(settings.portScan) },
        Entry(DNSVolumeDetector.profile, \.dnsVolume.isEnabled) { settings, _ in DNSVolumeDetector(settings.dnsVolume)
        },
        Entry(NewPortDetector.profile, \.newPort.isEnabled) { settings, _ in NewPortDetector(settings.newPort) },
        Entry(NewPeerDetector.profile, \.newPeer.isEnabled) { settings, _ in NewPeerDetector(settings.newPeer) },
        Entry(DNSTunnelDetector.profile, \.dnsTunnel.isEnabled) { settings, _ in DNSTunnelDetector(settings.dnsTunnel)
        },
        Entry(AmplificationDetector.profile, \.amplification.isEnabled) { settings, _ in
            AmplificationDetector(settings.amplification)
        },
        Entry(EntropyShiftDetector.profile, \.entropyShift.isEnabled) { settings, _ in
            EntropyShiftDetector(settings.entropyShift)
        },
        Entry(BasicChecksDetector.profile, \.basicChecks.isEnabled) { _, _ in BasicChecksDetector() },
        Entry(PortCountDetector.profile, \.portCount.isEnabled) { settings, _ in PortCountDetector(settings.portCount)
        },
        Entry(LateralMovementDetector.profile, \.lateralMovement.isEnabled) { settings, _ in
            LateralMovementDetector(settings.lateralMovement)
        },
        Entry(PolicyDetector.profile, \.policy.isEnabled) { settings, _ in PolicyDetector(settings.policy) },
        Entry(SpamDetector.profile, \.spam.isEnabled) { settings, _ in SpamDetector(settings.spam) },
        Entry(MiningAndTorDetector.profile, \.miningAndTor.isEnabled) { _, _ in MiningAndTorDetector() },
        Entry(LongConnectionDetector.profile, \.longConnection.isEnabled) { settings, _ in
            LongConnectionDetector(settings.longConnection)
        },
        Entry(DataHoardingDetector.profile, \.dataHoarding.isEnabled) { settings, _ in
            DataHoardingDetector(settings.dataHoarding)
        },
        Entry(UnansweredDetector.profile, \.unanswered.isEnabled) { settings, _ in
            UnansweredDetector(settings.unanswered)
        },
        Entry(NeverClosedDetector.profile, \.neverClosed.isEnabled) { settings, _ in
            NeverClosedDetector(settings.neverClosed)
        },
        Entry(BlocklistHitDetector.profile, \.blocklistHit.isEnabled) { _, _ in BlocklistHitDetector() },
        Entry(ModelOutlierDetector.profile, \.modelOutlier.isEnabled) { _, models in ModelOutlierDetector(models) },
        Entry(NewCountryDetector.profile, \.newCountry.isEnabled) { settings, _ in
            NewCountryDetector(settings.newCountry)
        },
        // Last, for it takes longest: of two threads that take from both ends, one begins with it.
        Entry(BeaconingDetector.profile, \.beaconing.isEnabled) { _, _ in BeaconingDetector() },
    ]

    private static let entryOfName = Dictionary(uniqueKeysWithValues: entries.map { ($0.profile.name, $0) })

    /// What is known of each detector, in the order they are called.
    public static var profiles: [DetectorProfile] { entries.map(\.profile) }

    /// What is known of a detector.
    public static func profile(of name: DetectorName) -> DetectorProfile { entry(of: name).profile }

    static func entry(of name: DetectorName) -> Entry {
        guard let entry = entryOfName[name] else { preconditionFailure("\(name.rawValue) is not in the catalog") }
        return entry
    }

    /// The detectors that the settings enable, in the order they are called. Parameter models: what `model-outlier`
    /// judges by.
    public static func make(_ settings: DetectorSettings, models: [TrainedModel] = []) -> [any Detector] {
        entries.filter { settings[keyPath: $0.isEnabled] }.map { $0.make(settings, models) }
    }
}
