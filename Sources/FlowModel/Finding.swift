/// What one detector says about one host, at one time.
public struct Finding: Sendable, Equatable {
    /// Who says it.
    public var detector: DetectorName
    /// The host it is about.
    public var subject: IPAddress
    /// The other end, where there is one.
    public var peer: IPAddress?
    /// From when to when it was seen.
    public var span: Window
    /// How unusual it is, in the detector's own unit; higher is worse.
    public var score: Double
    /// The normal it was held against, in the unit of the number in `reason`.
    public var baseline: Double
    /// Log-likelihood ratio of "something is wrong" against "ordinary traffic", in nats.
    public var evidence: Double
    /// How many flows it rests on.
    public var flows: Int
    /// What was seen, in numbers.
    public var reason: Reason
    /// One of the flows.
    public var sample: Flow?

    /// A finding of all its parts.
    public init(
        detector: DetectorName, subject: IPAddress, peer: IPAddress?, span: Window, score: Double, baseline: Double,
        evidence: Double, flows: Int, reason: Reason, sample: Flow?
    ) {
        self.detector = detector
        self.subject = subject
        self.peer = peer
        self.span = span
        self.score = score
        self.baseline = baseline
        self.evidence = evidence
        self.flows = flows
        self.reason = reason
        self.sample = sample
    }

    /// What was seen, in numbers; text is made of it on output.
    public enum Reason: Sendable, Equatable {
        /// A pair outside Tukey's fences of its window.
        case pairOutlier(PairOutlier)
        /// A flow far above its group.
        case groupOutlier(GroupOutlier)
        /// Much sent to one public peer.
        case exfiltration(Exfiltration)
        /// Many short connections to a service that asks for a password.
        case bruteForce(BruteForce)
        /// Far more flows or packets to one host than are ordinary.
        case flood(Flood)
        /// Many peers or ports tried, most of them in vain.
        case portScan(PortScan)
        /// Far more questions over DNS than are ordinary.
        case dnsVolume(DNSVolume)
        /// Calls by a clock.
        case beacon(Beacon)
        /// Something a host met for the first time.
        case novelty(Novelty)
        /// Hosts entered over ports of administration, one from the other.
        case lateralMovement(LateralMovement)
        /// A flow that the settings forbid.
        case policy(Policy)
        /// Data moved through DNS.
        case dnsTunnel(DNSTunnel)
        /// One service port of many servers outside.
        case fanOut(FanOut)
        /// A port outside that mining pools or Tor use.
        case servicePort(ServicePort)
        /// A connection that lasts longer than is allowed.
        case longConnection(LongConnection)
        /// Much gathered from hosts inside.
        case hoarding(Hoarding)
        /// Unlike what a model of good traffic has learnt.
        case modelOutlier(ModelOutlier)
        /// Far more peers that did not answer than are ordinary.
        case unanswered(Unanswered)
        /// Connections that were taken up, hardly used and never closed.
        case neverClosed(NeverClosed)
        /// Large answers of services that answer with more than they are asked.
        case amplification(Amplification)
        /// A host with far more ports, peers or bytes than its group.
        case portCount(PortCount)
        /// A minute in which addresses or ports are spread otherwise than before.
        case entropyShift(EntropyShift)
        /// A flow that should not look as it does.
        case basicCheck(BasicCheck)
        /// Traffic with somebody who is on a blocklist.
        case listed(Listed)

        /// Whether each finding counts from the start of what it tells, so that the latest tells most.
        public var isRunningTotal: Bool {
            switch self {
            case .bruteForce, .dnsVolume, .flood, .lateralMovement, .neverClosed, .amplification: true
            case .pairOutlier, .groupOutlier, .portScan, .exfiltration, .beacon, .novelty, .policy, .dnsTunnel, .fanOut,
                .servicePort, .longConnection, .hoarding, .unanswered, .portCount, .entropyShift, .basicCheck,
                .listed, .modelOutlier:
                false
            }
        }
    }
}
