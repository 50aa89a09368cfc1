public import FlowIncidents
public import FlowMath
public import FlowModel

/// Fits a calibration to hosts whose truth is known, and holds it against captures it was not fitted on.
///
/// The unit is what a person is shown: a host of a capture, by the evidence of its worst moment.
public struct Calibrator: Sendable {
    /// A host that something was found about.
    public struct Sample: Sendable {
        /// The evidence of each detector at the worst moment, in nats, as the detector gave it.
        public var evidence: [DetectorName: Double]
        /// Whether something was wrong with it.
        public var isMalicious: Bool
    }

    /// A detector's curve is fitted from so many hosts on, of so many captures, so many of them of either kind.
    static let leastHosts = 20
    static let leastCaptures = 3
    static let leastOfAKind = 5
    /// A detector's curve is fitted on hosts of which it gives this share of the evidence or more.
    static let leadingShare = 0.5

    private let settings: EnsembleSettings
    private var captures: [(provenance: Calibration.Capture, samples: [Sample])] = []

    /// A calibrator without captures.
    public init(_ settings: EnsembleSettings) { self.settings = settings }

    /// Takes up a capture.
    public mutating func add(_ samples: [Sample], name: String, lastSeen: Timestamp) {
        let provenance = Calibration.Capture(
            name: name, hosts: samples.count, malicious: samples.count { $0.isMalicious },
            lastSeen: lastSeen.description)
        captures.append((provenance, samples))
    }

    /// The fit on all captures, its error by captures held out in turn, and what those said.
    public func fit() -> (calibration: Calibration, heldOut: Reliability, own: Reliability) {
        var calibration = fit(leaving: nil)
        var heldOut = Reliability()
        var own = Reliability()
        for index in captures.indices {
            let other = Ensemble(settings, calibration: fit(leaving: index))
            let uncalibrated = Ensemble(settings)
            for sample in captures[index].samples {
                heldOut.add(logistic(other.logOdds(of: sample.evidence)), isTrue: sample.isMalicious)
                own.add(logistic(uncalibrated.logOdds(of: sample.evidence)), isTrue: sample.isMalicious)
            }
        }
        calibration.captures = captures.map(\.provenance)
        calibration.heldOutError = heldOut.error ?? 0
        calibration.ownError = own.error ?? 0
        return (calibration, heldOut, own)
    }

    private func fit(leaving out: Int?) -> Calibration {
        var calibration = Calibration()
        let used = captures.indices.filter { $0 != out }
        for detector in DetectorName.allCases {
            var samples: [(score: Double, isPositive: Bool)] = []
            var sources = 0
            for index in used {
                let leading = captures[index].samples.filter { leads(detector, $0) }
                sources += leading.isEmpty ? 0 : 1
                samples += leading.map { ($0.evidence[detector] ?? 0, $0.isMalicious) }
            }
            let bad = samples.count { $0.isPositive }
            guard samples.count >= Self.leastHosts, sources >= Self.leastCaptures,
                min(bad, samples.count - bad) >= Self.leastOfAKind
            else { continue }
            calibration.curves[detector.rawValue] = curve(samples)
        }
        let ensemble = Ensemble(settings, calibration: calibration)
        let line = ChanceFit.platt(
            used.flatMap { index in
                captures[index].samples.map { (ensemble.logOdds(of: $0.evidence), $0.isMalicious) }
            })
        calibration.slope = line.slope
        calibration.offset = line.offset
        return calibration
    }

    private func leads(_ detector: DetectorName, _ sample: Sample) -> Bool {
        let own = sample.evidence[detector] ?? 0
        let all = DetectorName.allCases.reduce(0) { $0 + (sample.evidence[$1] ?? 0) }
        return own > 0 && own >= Self.leadingShare * all
    }

    /// Chances by pooled adjacent violators, half a host of either kind added to each block so that none is certain,
    /// as evidence above the prior.
    private func curve(_ samples: [(score: Double, isPositive: Bool)]) -> Calibration.Curve {
        var curve = Calibration.Curve(evidence: [], worth: [])
        for block in ChanceFit.isotonic(samples) {
            let odds = (block.positives + 0.5) / (block.count - block.positives + 0.5)
            let worth = max(0, curve.worth.last ?? 0, logarithm(odds) - settings.priorLogOdds)
            curve.evidence.append(block.score)
            curve.worth.append(worth)
        }
        return curve
    }
}
