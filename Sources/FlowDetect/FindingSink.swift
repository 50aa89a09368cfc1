public import FlowModel

/// Where a detector puts its findings: each with its place among the flows, so that the findings of all detectors can be
/// put in the order of the flows that made them.
public struct FindingSink: Sendable {
    /// A finding and the index of the flow that made it.
    public struct Entry: Sendable {
        /// The index in the span shown to `observe`; `.max` for a finding made at the end of a window or of the input.
        public var flow: Int
        /// What was found.
        public var finding: Finding
    }

    /// Whether findings without weight are wanted too (`--findings`).
    public let takesAll: Bool
    /// The findings since the sink was last emptied, in the order they were made.
    public private(set) var entries: [Entry] = []
    /// How many findings there were, by detector.
    public private(set) var counts: [DetectorName: Int] = [:]
    /// What was learnt of the network since the sink was last asked for it.
    public var lessons = NetworkLessons()
    /// The index of the flow that is being judged. A detector sets it in `observe` before anything that may make a
    /// finding; `add` traps in debug builds where that was forgotten.
    public var flow = Int.max

    /// An empty sink.
    public init(takesAll: Bool) { self.takesAll = takesAll }

    /// The findings alone.
    public var findings: [Finding] { entries.map(\.finding) }

    /// Call before flows are shown: from then on each finding must name its flow.
    public mutating func beginFlows() { flow = -1 }

    /// Call after flows were shown: what is found from then on belongs to no flow.
    public mutating func endFlows() { flow = .max }

    /// Takes up a finding and counts it.
    public mutating func add(_ finding: Finding) {
        assert(flow >= 0, "\(finding.detector.rawValue) made a finding in observe without naming the flow")
        counts[finding.detector, default: 0] += 1
        entries.append(Entry(flow: flow, finding: finding))
    }

    /// Counts findings that nobody wants to see one by one.
    public mutating func count(_ detector: DetectorName, _ count: Int) { counts[detector, default: 0] += count }

    /// Empties the sink; the counts stay.
    public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
