/// What one detector says about one host, at one time. It holds no ids of a run, so it can be stored and sent.
public struct Finding: Sendable {
    /// Which detector made it.
    public var detector: DetectorName
    /// The host it is about.
    public var host: HostKey
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
    public var reason: any FindingReason
    /// One of the flows.
    public var sample: SampleFlow?

    /// A finding of all its parts.
    public init(
        detector: DetectorName, subject: HostKey, peer: IPAddress?, span: Window, score: Double, baseline: Double,
        evidence: Double, flows: Int, reason: any FindingReason, sample: SampleFlow?
    ) {
        self.detector = detector
        host = subject
        self.peer = peer
        self.span = span
        self.score = score
        self.baseline = baseline
        self.evidence = evidence
        self.flows = flows
        self.reason = reason
        self.sample = sample
    }
}

extension Finding {
    /// The address of the host it is about.
    public var subject: IPAddress { host.address }

    /// One sentence: what was seen, with the number and the normal it was held against.
    public var sentence: String { reason.sentence(of: self) }

    /// The destination ports it is about, where all of them are known.
    public var ports: [UInt16] { reason.ports(of: self) }

    /// The other ends, where all of them are known.
    public var peers: [IPAddress] {
        // Of several, `peer` is but one.
        if let peer { return reason.peerCount > 1 ? [] : [peer] }
        return reason.namedPeers.count == reason.peerCount ? reason.namedPeers : []
    }

    /// The destination port of the sample flow, as a list; empty without one.
    public var sampledPorts: [UInt16] { sample.map { [$0.destinationPort] } ?? [] }

    /// The groups of the subject, where the sample flow has them.
    public var subjectGroups: [String]? {
        guard let sample else { return nil }
        if sample.source == subject { return sample.sourceGroups }
        return sample.destination == subject ? sample.destinationGroups : nil
    }
}

extension Finding: Equatable {
    public static func == (left: Finding, right: Finding) -> Bool {
        left.detector == right.detector && left.host == right.host && left.peer == right.peer
            && left.span == right.span && left.score == right.score && left.baseline == right.baseline
            && left.evidence == right.evidence && left.flows == right.flows && left.reason.isEqual(to: right.reason)
            && left.sample == right.sample
    }
}

/// The reason is written as what it says, and read back as a `StatedReason` that says the same.
extension Finding: Codable {
    private enum CodingKeys: String, CodingKey {
        case detector, host, peer, span, score, baseline, evidence, flows, reason, sample
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(detector, forKey: .detector)
        try container.encode(host, forKey: .host)
        try container.encodeIfPresent(peer, forKey: .peer)
        try container.encode(span, forKey: .span)
        try container.encode(score, forKey: .score)
        try container.encode(baseline, forKey: .baseline)
        try container.encode(evidence, forKey: .evidence)
        try container.encode(flows, forKey: .flows)
        try container.encode(StatedReason(of: self), forKey: .reason)
        try container.encodeIfPresent(sample, forKey: .sample)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            detector: try container.decode(DetectorName.self, forKey: .detector),
            subject: try container.decode(HostKey.self, forKey: .host),
            peer: try container.decodeIfPresent(IPAddress.self, forKey: .peer),
            span: try container.decode(Window.self, forKey: .span),
            score: try container.decode(Double.self, forKey: .score),
            baseline: try container.decode(Double.self, forKey: .baseline),
            evidence: try container.decode(Double.self, forKey: .evidence),
            flows: try container.decode(Int.self, forKey: .flows),
            reason: try container.decode(StatedReason.self, forKey: .reason),
            sample: try container.decodeIfPresent(SampleFlow.self, forKey: .sample))
    }
}
