import FlowMath
import FlowModel

/// What has been found about one host so far.
struct Case: Sendable {
    /// Most peers and sample flows kept.
    static let peerLimit = 64
    static let sampleLimit = 5

    let subject: IPAddress
    private var span: Window
    private var parts: [DetectorName: Part] = [:]
    private var flows = 0
    private var peers: [IPAddress: Int] = [:]
    private var peerOrder: [IPAddress] = []
    private var samples: [Flow] = []
    /// The worst moment.
    private(set) var worst: Weighing
    private let calibration: Calibration
    /// Log-odds at the worst moment.
    var peak: Double { worst.logOdds }
    private var watch = Watch()

    private struct Part: Sendable {
        var strongest: Finding
        var count = 0
        var span: Window
        var evidence = 0.0
        var at: Timestamp
    }

    init(subject: IPAddress, span: Window, prior: Double, calibration: Calibration) {
        self.subject = subject
        self.span = span
        self.calibration = calibration
        worst = Weighing([:], prior: prior, calibration: calibration)
    }

    /// Takes up a finding. Returns: how the host stands as of its end.
    mutating func add(_ finding: Finding, settings: EnsembleSettings) -> Ensemble.Standing {
        var part =
            parts[finding.detector]
            ?? Part(strongest: finding, span: finding.span, at: finding.span.start)
        part.evidence = watch.faded(part.evidence, from: part.at, to: finding.span.end, settings: settings)
        let added = Self.isCumulative(finding.detector) ? max(0, finding.evidence - part.evidence) : finding.evidence
        part.evidence = min(Self.cap(finding.detector), part.evidence + added)
        part.at = max(part.at, finding.span.end)
        part.count += 1
        part.span = Self.union(part.span, finding.span)
        let isStronger =
            finding.reason.isRunningTotal
            ? finding.score >= part.strongest.score
            : (finding.evidence, finding.score) > (part.strongest.evidence, part.strongest.score)
        if isStronger { part.strongest = finding }
        parts[finding.detector] = part
        span = Self.union(span, finding.span)
        flows = flows.addingClamped(finding.flows)
        note(finding)
        var evidence: [DetectorName: Double] = [:]
        for (detector, other) in parts {
            evidence[detector] = watch.faded(other.evidence, from: other.at, to: finding.span.end, settings: settings)
        }
        let weighing = Weighing(evidence, prior: settings.priorLogOdds, calibration: calibration)
        if weighing.logOdds > worst.logOdds { worst = weighing }
        watch.note(weighing.logOddsWithoutClocks, at: finding.span.end, settings: settings)
        return Ensemble.Standing(logOdds: weighing.logOdds, evidence: part.evidence)
    }

    /// Detectors that look at the same thing: of a family only the strongest counts.
    enum Family: CaseIterable {
        /// What was tried: scans.
        case attempts
        /// Passwords tried.
        case guesses
        /// Flows and packets a second.
        case rates
        /// Names asked for.
        case names
        /// Calls by a clock.
        case clocks
        /// How much was sent or received.
        case volume
        /// How a pair stands among others of its window.
        case window
        /// What was never seen before.
        case novelty
        /// Who enters whom.
        case movement
        /// What the settings forbid.
        case policy
        /// How many servers of one service are called.
        case fanOut
        /// Connections that stay, and where they go.
        case channels
        /// What a flow by itself looks like.
        case checks
        /// Who was talked to.
        case reputation
        /// What a model of good traffic has hardly ever seen.
        case model

        /// Whether any host that is in use shows such things now and then.
        var isOfUse: Bool {
            switch self {
            case .volume, .window, .novelty, .channels, .checks, .model: true
            case .attempts, .guesses, .rates, .names, .clocks, .movement, .policy, .fanOut, .reputation: false
            }
        }

        init(_ detector: DetectorName) {
            switch detector {
            case .portScan, .unanswered: self = .attempts
            case .bruteForce: self = .guesses
            case .flood, .neverClosed, .amplification: self = .rates
            case .dnsVolume: self = .names
            case .beaconing: self = .clocks
            case .exfiltration, .groupOutlier: self = .volume
            case .newPort, .newPeer: self = .novelty
            case .lateralMovement: self = .movement
            case .policy: self = .policy
            case .dnsTunnel: self = .names
            case .spam: self = .fanOut
            case .miningAndTor: self = .channels
            case .longConnection: self = .channels
            case .dataHoarding: self = .volume
            case .modelOutlier: self = .model
            case .pairOutlier, .portCount, .entropyShift: self = .window
            case .basicChecks: self = .checks
            case .blocklistHit: self = .reputation
            case .newCountry: self = .novelty
            }
        }
    }

    /// Whether a finding says all there is so far, so that it does not add to those before it: of large transfers the
    /// largest is the story, and a scan's evidence is that of the whole scan.
    private static func isCumulative(_ detector: DetectorName) -> Bool {
        switch detector {
        case .beaconing, .exfiltration, .groupOutlier, .portScan, .newPort, .newPeer, .lateralMovement, .policy,
            .dnsTunnel, .spam, .miningAndTor, .longConnection, .dataHoarding, .blocklistHit, .modelOutlier,
            .newCountry:
            true
        case .bruteForce, .dnsVolume, .flood, .pairOutlier, .unanswered, .neverClosed, .amplification, .portCount,
            .entropyShift, .basicChecks:
            false
        }
    }

    /// Most evidence a detector gives, in nats.
    static func cap(_ detector: DetectorName) -> Double {
        switch detector {
        case .beaconing: 7.8
        case .exfiltration: 11
        case .bruteForce, .dnsVolume, .flood, .portScan: 12
        case .groupOutlier: 4.5
        case .pairOutlier: 1.5
        case .newPort: 1.5
        // That a peer was new is part of what exfiltration weighs.
        case .newPeer: 1
        case .lateralMovement: 8
        case .policy: 10
        case .dnsTunnel: 12
        case .spam: 10
        case .miningAndTor: 4
        case .longConnection: 2
        case .dataHoarding: 9.5
        // Unlike is not bad.
        case .modelOutlier: 2
        case .unanswered: 2
        case .neverClosed: 8
        case .amplification: 12
        case .portCount: 1.5
        case .entropyShift: 1.5
        case .basicChecks: 0.6
        case .blocklistHit: 6
        case .newCountry: 1
        }
    }

    private static func union(_ left: Window, _ right: Window) -> Window {
        Window(start: min(left.start, right.start), end: max(left.end, right.end))
    }

    private mutating func note(_ finding: Finding) {
        var named = [finding.peer, finding.sample?.destination].compactMap { $0 }
        if case .portScan(let scan) = finding.reason { named.append(contentsOf: scan.peers) }
        for peer in named {
            if let count = peers[peer] {
                peers[peer] = count + 1
            } else if peerOrder.count < Self.peerLimit {
                peers[peer] = 1
                peerOrder.append(peer)
            }
        }
        if let sample = finding.sample, samples.count < Self.sampleLimit, !samples.contains(sample) {
            samples.append(sample)
        }
    }

    func incident() -> Incident {
        let probability = logistic(worst.logOdds)
        let total = DetectorName.allCases.reduce(0) { $0 + (worst.counted[$1] ?? 0) }
        var list: [Incident.Part] = []
        for detector in DetectorName.allCases {
            guard let part = parts[detector] else { continue }
            let evidence = worst.counted[detector] ?? 0
            list.append(
                Incident.Part(
                    strongest: part.strongest, count: part.count, share: total > 0 ? evidence / total : 0,
                    evidence: evidence, span: part.span))
        }
        list.sort { ($0.share, $1.strongest.detector.rawValue) > ($1.share, $0.strongest.detector.rawValue) }
        let ranked = peerOrder.enumerated().sorted { left, right in
            let counts = (peers[left.element] ?? 0, peers[right.element] ?? 0)
            return counts.0 != counts.1 ? counts.0 > counts.1 : left.offset < right.offset
        }
        return Incident(
            id: id, subject: subject, probability: probability, logOdds: worst.logOdds,
            severity: Self.severity(probability, families: worst.legs), category: category(of: list), span: span,
            flows: flows, parts: list, clearings: worst.clearings, peers: ranked.prefix(20).map(\.element),
            samples: samples.sorted { $0.start < $1.start })
    }

    private func category(of parts: [Incident.Part]) -> Incident.Category {
        if parts.first?.strongest.detector == .dnsVolume, parts.contains(where: { $0.strongest.detector == .dnsTunnel })
        {
            // Of one family, at much the same evidence: the same questions, and what they are for.
            return .commandAndControl
        }
        return switch parts.first?.strongest.reason {
        case .bruteForce, .lateralMovement: .exploitation
        case .beacon: .commandAndControl
        case .listed(let listed): listed.isOutbound ? .commandAndControl : .reconnaissance
        case .portScan: .reconnaissance
        case .exfiltration: .exfiltration
        case .flood(let flood): flood.role == .source ? .floodSource : .floodTarget
        case .groupOutlier(let outlier):
            if !outlier.isPublicPeer { .anomaly } else { outlier.measure.isSent ? .exfiltration : .dataHoarding }
        case .policy: .policyViolation
        case .dnsTunnel: .commandAndControl
        case .fanOut: .anomaly
        case .servicePort: .anomaly
        case .longConnection: .anomaly
        case .hoarding: .dataHoarding
        case .modelOutlier: .anomaly
        case .neverClosed(let held): held.role == .source ? .floodSource : .floodTarget
        case .amplification(let amplified): amplified.role == .source ? .floodSource : .floodTarget
        case .dnsVolume, .pairOutlier, .novelty, .unanswered, .portCount, .entropyShift,
            .basicCheck, nil:
            .anomaly
        }
    }

    static func severity(_ probability: Double, families: Int) -> Incident.Severity {
        switch probability {
        case ..<0.5: .low
        case ..<0.8: .medium
        case 0.97... where families > 1: .critical
        default: .high
        }
    }

    /// FNV-1a over address and start: the same input gives the same id on every machine.
    private var id: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for word in [subject.high, subject.low, UInt64(bitPattern: span.start.nanoseconds)] {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                hash = (hash ^ (word >> shift & 0xff)) &* 0x0000_0100_0000_01b3
            }
        }
        let folded = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        let digits = String(folded, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
