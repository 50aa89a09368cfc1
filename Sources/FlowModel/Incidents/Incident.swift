/// What an analyst sees: the findings about one host that belong together in time, with one probability.
public struct Incident: Sendable, Equatable, Codable {
    /// Eight hexadecimal digits of the subject and the time it began: the same input gives the same id.
    public var id: String
    /// The host something is wrong with.
    public var host: HostKey
    /// The name of its site; empty for the main one.
    public var site = ""
    /// How likely something is wrong, at the worst moment, 0 to 1.
    public var probability: Double
    /// The log-odds of that probability, in nats.
    public var logOdds: Double
    /// How bad.
    public var severity: Severity
    /// What kind.
    public var category: Category
    /// From when to when it was seen.
    public var span: Window
    /// How many flows it rests on.
    public var flows: Int
    /// Each detector's part, the largest share first.
    public var parts: [Part]
    /// What by itself would have brought it under even odds, by detector; empty where no family by itself would.
    public var clearings: [Clearing]
    /// The other ends, the most often seen first, at most 20.
    public var peers: [IPAddress]
    /// Where the subject and the peers are, those of them that are outside and known; empty without geo files.
    public var places: [IPAddress: Place] = [:]
    /// Some of the flows, at most 5, by time.
    public var samples: [SampleFlow]

    /// One detector's part in an incident.
    public struct Part: Sendable, Equatable, Codable {
        /// The strongest finding.
        public var strongest: Finding
        /// How many findings there were.
        public var count: Int
        /// Its share of the log-odds above the prior, at the worst moment, 0 to 1.
        public var share: Double
        /// What it added to the log-odds then, in nats; 0 where a detector of the same thing said more, or faded.
        public var evidence: Double
        /// From when to when.
        public var span: Window
        /// A detector's strongest finding, how many there were, its share and its evidence.
        public init(strongest: Finding, count: Int, share: Double, evidence: Double, span: Window) {
            self.strongest = strongest
            self.count = count
            self.share = share
            self.evidence = evidence
            self.span = span
        }
    }

    /// A change that by itself would have brought an incident under even odds.
    public struct Clearing: Sendable, Equatable, Codable {
        /// Whose evidence would have had to be less: more than one where they look at the same thing.
        public var detectors: [DetectorName]
        /// The strongest's evidence, in nats.
        public var evidence: Double
        /// Less than so many nats clears the host.
        public var limit: Double
        /// Detectors, their evidence and what it must stay below.
        public init(detectors: [DetectorName], evidence: Double, limit: Double) {
            self.detectors = detectors
            self.evidence = evidence
            self.limit = limit
        }
    }

    /// How bad an incident is.
    public enum Severity: String, Sendable, CaseIterable, Comparable, Codable {
        case low
        case medium
        case high
        case critical

        public static func < (left: Severity, right: Severity) -> Bool {
            let order = allCases
            return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
        }
    }

    /// What kind of thing is wrong, in the terms of Cisco Secure Network Analytics.
    public enum Category: String, Sendable, CaseIterable, Codable {
        case reconnaissance = "recon"
        case exploitation
        case floodSource = "ddos-source"
        case floodTarget = "ddos-target"
        case exfiltration
        case commandAndControl = "c-and-c"
        case dataHoarding = "data-hoarding"
        case anomaly
        case policyViolation = "policy-violation"
    }

    /// An incident of all its parts.
    public init(
        id: String, subject: HostKey, probability: Double, logOdds: Double, severity: Severity, category: Category,
        span: Window, flows: Int, parts: [Part], clearings: [Clearing] = [], peers: [IPAddress],
        samples: [SampleFlow]
    ) {
        self.id = id
        host = subject
        self.probability = probability
        self.logOdds = logOdds
        self.severity = severity
        self.category = category
        self.span = span
        self.flows = flows
        self.parts = parts
        self.clearings = clearings
        self.peers = peers
        self.samples = samples
    }
}

extension Incident {
    /// The address of the host something is wrong with.
    public var subject: IPAddress { host.address }

    /// The same as people read it: behind the name of its site where that is not the main one.
    public var subjectText: String { site.isEmpty ? "\(subject)" : "\(site) \(subject)" }
}
