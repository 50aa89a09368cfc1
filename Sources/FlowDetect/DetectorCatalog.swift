/// Every detector: a new one is a file in `Detectors/`, a settings value, and a line here.
public enum DetectorCatalog {
    /// The detectors that the settings enable, in the order they are called.
    public static func make(_ settings: DetectorSettings) -> [any Detector] {
        var detectors: [any Detector] = []
        if settings.pairOutlier.isEnabled { detectors.append(PairOutlierDetector(settings.pairOutlier)) }
        if settings.groupOutlier.isEnabled { detectors.append(GroupOutlierDetector(settings.groupOutlier)) }
        if settings.exfiltration.isEnabled { detectors.append(ExfiltrationDetector(settings.exfiltration)) }
        if settings.bruteForce.isEnabled { detectors.append(BruteForceDetector(settings.bruteForce)) }
        if settings.flood.isEnabled { detectors.append(FloodDetector(settings.flood)) }
        if settings.portScan.isEnabled { detectors.append(PortScanDetector(settings.portScan)) }
        if settings.dnsVolume.isEnabled { detectors.append(DNSVolumeDetector(settings.dnsVolume)) }
        if settings.beaconing.isEnabled { detectors.append(BeaconingDetector()) }
        if settings.blocklistHit.isEnabled { detectors.append(BlocklistHitDetector()) }
        return detectors
    }
}
