/// The steps of an attack in their usual order; what tells no step comes last.
public enum AttackStage: String, Sendable, CaseIterable, Comparable {
    case reconnaissance
    case exploitation
    case lateralMovement = "lateral-movement"
    case commandAndControl = "c-and-c"
    case hoarding
    /// Exfiltration and harm: what an attack is for.
    case impact
    case context

    public static func < (left: AttackStage, right: AttackStage) -> Bool {
        let order = allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}

extension Finding {
    /// The step of an attack it tells of.
    public var stage: AttackStage {
        switch reason {
        case .portScan, .unanswered: .reconnaissance
        case .listed(let listed): listed.isOutbound ? .commandAndControl : .reconnaissance
        case .bruteForce: .exploitation
        case .lateralMovement: .lateralMovement
        case .beacon, .dnsVolume, .dnsTunnel, .servicePort, .longConnection: .commandAndControl
        case .hoarding: .hoarding
        case .groupOutlier(let outlier) where outlier.isPublicPeer: outlier.measure.isSent ? .impact : .hoarding
        case .exfiltration, .flood, .neverClosed, .amplification, .fanOut: .impact
        case .groupOutlier, .pairOutlier, .novelty, .policy, .portCount, .entropyShift, .basicCheck, .modelOutlier:
            .context
        }
    }
}
