import FlowDetect
import FlowMath
import FlowModel

/// What has been found about one host so far.
struct Case: Sendable {
    /// Most peers and sample flows kept.
    static let peerLimit = 64
    static let sampleLimit = 5

    let subject: HostKey
    private var span: Window
    private var parts: [DetectorName: Part] = [:]
    private var flows = 0
    private var peers: [IPAddress: Int] = [:]
    private var peerOrder: [IPAddress] = []
    private var samples: [SampleFlow] = []
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

    init(subject: HostKey, span: Window, prior: Double, calibration: Calibration) {
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
        let profile = DetectorCatalog.profile(of: finding.detector)
        part.evidence = watch.faded(part.evidence, from: part.at, to: finding.span.end, settings: settings)
        let added =
            switch profile.evidence {
            case .total: max(0, finding.evidence - part.evidence)
            case .further: finding.evidence
            }
        part.evidence = min(profile.cap, part.evidence + added)
        part.at = max(part.at, finding.span.end)
        part.count += 1
        part.span = Self.union(part.span, finding.span)
        let isStronger =
            switch profile.shown {
            case .furthest: finding.score >= part.strongest.score
            case .strongest:
                (finding.evidence, finding.score) > (part.strongest.evidence, part.strongest.score)
            }
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

    private static func union(_ left: Window, _ right: Window) -> Window {
        Window(start: min(left.start, right.start), end: max(left.end, right.end))
    }

    private mutating func note(_ finding: Finding) {
        let ends = [finding.peer, finding.sample?.destination].compactMap { $0 }
        for peer in ends + finding.reason.namedPeers {
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
        guard let first = parts.first?.strongest else { return .anomaly }
        if let other = DetectorCatalog.profile(of: first.detector).categoryFrom,
            let part = parts.first(where: { $0.strongest.detector == other })
        {
            return part.strongest.reason.category
        }
        return first.reason.category
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
        for word in [subject.high, subject.address.low, UInt64(bitPattern: span.start.nanoseconds)] {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                hash = (hash ^ (word >> shift & 0xff)) &* 0x0000_0100_0000_01b3
            }
        }
        let folded = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        let digits = String(folded, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
