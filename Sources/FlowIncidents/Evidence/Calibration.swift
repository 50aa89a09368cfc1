import FlowModel

/// What evidence turned out to be worth on traffic with known truth: a curve a detector, and a line for their sum.
///
/// Data, not code: `evaluate --calibrate` writes it, the pipeline ships one.
public struct Calibration: Codable, Sendable, Equatable {
    /// What a detector's evidence is worth: knots of a curve that never falls; straight between them and from the
    /// origin, level after the last.
    public struct Curve: Codable, Sendable, Equatable {
        /// Evidence as the detector gives it, in nats, rising.
        public var evidence: [Double]
        /// What it is worth, in nats, never falling.
        public var worth: [Double]
        /// A curve through knots, as many of one as of the other.
        public init(evidence: [Double], worth: [Double]) {
            self.evidence = evidence
            self.worth = worth
        }

        fileprivate var isSound: Bool {
            guard evidence.count == worth.count, !evidence.isEmpty else { return false }
            guard (evidence + worth).allSatisfy({ (0...1e6).contains($0) }) else { return false }
            return zip(evidence, evidence.dropFirst()).allSatisfy { $0 < $1 }
                && zip(worth, worth.dropFirst()).allSatisfy { $0 <= $1 }
        }

        func worth(of value: Double) -> Double {
            var (left, low) = (0.0, 0.0)
            for (right, high) in zip(evidence, worth) {
                if value < right { return low + (high - low) * max(0, value - left) / max(1e-9, right - left) }
                (left, low) = (right, high)
            }
            return low
        }
    }

    /// A capture it was fitted on.
    public struct Capture: Codable, Sendable, Equatable {
        /// The file's name.
        public var name: String
        /// Hosts that anything was found about.
        public var hosts: Int
        /// Those of them that did something malicious, or had it done to them where that is what was said.
        public var malicious: Int
        /// The start of its last flow.
        public var lastSeen: String
        /// A capture by name, with its hosts.
        public init(name: String, hosts: Int, malicious: Int, lastSeen: String) {
            self.name = name
            self.hosts = hosts
            self.malicious = malicious
            self.lastSeen = lastSeen
        }
    }

    /// The version of this layout that is written, and the only one that is read.
    static let currentVersion = 1

    /// The version of this layout.
    public var version = currentVersion
    /// What it was fitted on.
    public var captures: [Capture] = []
    /// Expected calibration error, each capture predicted by a fit on the others; that of the detectors' own evidence.
    public var heldOutError = 0.0
    public var ownError = 0.0
    /// By a detector's name; one that is not here keeps its own evidence.
    public var curves: [String: Curve] = [:]
    /// The log-odds of a host are `slope` × (prior + what the evidence is worth) + `offset`.
    public var slope = 1.0
    public var offset = 0.0

    /// Evidence taken at its word.
    public init() {}

    /// What is wrong with the values; nil when nothing is.
    public var problem: String? {
        guard version == Self.currentVersion else {
            return "a calibration of version \(version); this lapwing reads version \(Self.currentVersion)"
        }
        guard (1e-6...1e6).contains(slope), (-1e6...1e6).contains(offset) else {
            return "slope takes 0.000001 to 1000000, offset -1000000 to 1000000"
        }
        let names = curves.keys.sorted()
        if let name = names.first(where: { DetectorName(rawValue: $0) == nil }) { return "no detector \"\(name)\"" }
        guard let name = names.first(where: { curves[$0]?.isSound != true }) else { return nil }
        return "\(name): evidence takes rising numbers, worth as many that never fall, 0 or more"
    }

    func worth(of evidence: Double, by detector: DetectorName) -> Double {
        curves.isEmpty ? evidence : curves[detector.rawValue]?.worth(of: evidence) ?? evidence
    }
}
