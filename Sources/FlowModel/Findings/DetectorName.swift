/// The detectors by the names that `--only` and `--without` take.
public enum DetectorName: String, Sendable, CaseIterable, Codable {
    case exfiltration
    case bruteForce = "brute-force"
    case dnsVolume = "dns-volume"
    case flood
    case beaconing
    case groupOutlier = "group-outlier"
    case pairOutlier = "pair-outlier"
    case portScan = "port-scan"
    case newPort = "new-port"
    case newPeer = "new-peer"
    case lateralMovement = "lateral-movement"
    case policy
    case dnsTunnel = "dns-tunnel"
    case spam
    case miningAndTor = "mining-and-tor"
    case longConnection = "long-connection"
    case dataHoarding = "data-hoarding"
    case modelOutlier = "model-outlier"
    case unanswered
    case neverClosed = "never-closed"
    case amplification
    case portCount = "port-count"
    case entropyShift = "entropy-shift"
    case basicChecks = "basic-checks"
    case blocklistHit = "blocklist-hit"
    case newCountry = "new-country"
}
