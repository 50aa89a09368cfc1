public import FlowMath
public import FlowModel

/// How good a detection was on labelled flows.
public struct EvaluationResult: Sendable {
    /// Flows scored.
    public var flows = 0
    /// Days they cover.
    public var days = 0.0
    /// Home hosts that opened flows.
    public var hosts = 0
    /// Sources of malicious flows.
    public var maliciousHosts = 0
    /// Those with an incident, and its rank among those that count.
    public var foundHosts: [(address: IPAddress, rank: Int)] = []
    /// Incidents at the threshold or above.
    public var incidents = 0
    /// Subjects of incidents that neither did something malicious nor, as the target of a flood, had it done to them.
    public var falseIncidents: [IPAddress] = []
    /// False incidents a day and thousand active home hosts; input shorter than an hour counts as an hour.
    public var falsePerDayPer1000Hosts = 0.0
    /// From the first malicious flow to the first alert about a malicious host; nil without either.
    public var firstAlertSeconds: Double?
    /// Of flows, each scored by the higher log-odds of its two ends in its 5 min window; nil without positives.
    public var flowAveragePrecision: Double?
    /// Of flows, likewise; nil without positives or negatives.
    public var flowROCArea: Double?
    /// Of (host, 5 min), malicious if the host opened a malicious flow in it, scored by the evidence that covers it and
    /// by what is left of the evidence before it.
    public var hostWindowAveragePrecision: Double?
    /// Kinds of malicious flows: how many, and the share with a score at the threshold or above.
    public var byClass: [(name: String, flows: Int, recall: Double)] = []
    /// Share of benign flows with such a score.
    public var benignFlagged = 0.0
    /// How likely hosts were said to be, and how many were so: of hosts that anything was found about.
    public var reliability = Reliability()
    /// The same figures for what anybody could do.
    public var naive: [Naive] = []

    /// A score that needs no detector.
    public struct Naive: Sendable {
        /// flowCount (of the source in its window), direction (from outside inwards), minusBytes.
        public var name: String
        /// As of the detection.
        public var flowAveragePrecision: Double?
        /// As of the detection.
        public var flowROCArea: Double?
        /// As of the detection.
        public var hostWindowAveragePrecision: Double?
    }
}
