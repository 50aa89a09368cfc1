public import FlowFeatures

/// Every detector: a new one is a file in `Detectors/`, a settings value, and a line here.
public enum DetectorCatalog {
    /// The detectors that the settings enable, in the order they are called. Parameter models: what `model-outlier`
    /// judges by.
    public static func make(_ settings: DetectorSettings, models: [TrainedModel] = []) -> [any Detector] {
        var detectors: [any Detector] = []
        if settings.pairOutlier.isEnabled { detectors.append(PairOutlierDetector(settings.pairOutlier)) }
        if settings.groupOutlier.isEnabled { detectors.append(GroupOutlierDetector(settings.groupOutlier)) }
        if settings.exfiltration.isEnabled { detectors.append(ExfiltrationDetector(settings.exfiltration)) }
        if settings.bruteForce.isEnabled { detectors.append(BruteForceDetector(settings.bruteForce)) }
        if settings.flood.isEnabled { detectors.append(FloodDetector(settings.flood)) }
        if settings.portScan.isEnabled { detectors.append(PortScanDetector(settings.portScan)) }
        if settings.dnsVolume.isEnabled { detectors.append(DNSVolumeDetector(settings.dnsVolume)) }
        if settings.newPort.isEnabled { detectors.append(NewPortDetector(settings.newPort)) }
        if settings.newPeer.isEnabled { detectors.append(NewPeerDetector(settings.newPeer)) }
        if settings.dnsTunnel.isEnabled { detectors.append(DNSTunnelDetector(settings.dnsTunnel)) }
        if settings.amplification.isEnabled { detectors.append(AmplificationDetector(settings.amplification)) }
        if settings.entropyShift.isEnabled { detectors.append(EntropyShiftDetector(settings.entropyShift)) }
        if settings.basicChecks.isEnabled { detectors.append(BasicChecksDetector()) }
        if settings.portCount.isEnabled { detectors.append(PortCountDetector(settings.portCount)) }
        if settings.lateralMovement.isEnabled {
            detectors.append(LateralMovementDetector(settings.lateralMovement))
        }
        if settings.policy.isEnabled { detectors.append(PolicyDetector(settings.policy)) }
        if settings.spam.isEnabled { detectors.append(SpamDetector(settings.spam)) }
        if settings.miningAndTor.isEnabled { detectors.append(MiningAndTorDetector()) }
        if settings.longConnection.isEnabled { detectors.append(LongConnectionDetector(settings.longConnection)) }
        if settings.dataHoarding.isEnabled { detectors.append(DataHoardingDetector(settings.dataHoarding)) }
        if settings.unanswered.isEnabled { detectors.append(UnansweredDetector(settings.unanswered)) }
        if settings.neverClosed.isEnabled { detectors.append(NeverClosedDetector(settings.neverClosed)) }
        if settings.blocklistHit.isEnabled { detectors.append(BlocklistHitDetector()) }
        if settings.modelOutlier.isEnabled { detectors.append(ModelOutlierDetector(models)) }
        if settings.newCountry.isEnabled { detectors.append(NewCountryDetector(settings.newCountry)) }
        // Last, for it takes longest: of two threads that take from both ends, one begins with it.
        if settings.beaconing.isEnabled { detectors.append(BeaconingDetector()) }
        return detectors
    }
}
