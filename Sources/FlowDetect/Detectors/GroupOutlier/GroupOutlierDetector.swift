public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `group-outlier`.
public struct GroupOutlierSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Flows of a group that must be known before one is judged.
    public var minimumFlows = 50
    /// Robust z of log bytes from which a flow counts.
    public var threshold = 3.5
    /// Robust z of the log rate from which a flow counts: rates within a group spread wider than sizes.
    public var rateThreshold = 2.0
    /// Fewer bytes than this one way are never a finding.
    public var minimumBytes = 1_000_000
    public static let ranges: [String: ClosedRange<Double>] = [
        "minimumFlows": 2...1_000_000, "threshold": 0.5...100, "rateThreshold": 0.5...100, "minimumBytes": 0...1e15,
    ]
    /// The defaults.
    public init() {}
}

/// `group-outlier`: one flow far above what the subject's host group sends or receives, in bytes or bytes a second.
///
/// Null model: log2 of each measure, within (first host group, peer public or not), spread around the group's median
/// by its MAD (Hampel 1974; scale 1.4826 for the normal). A flow is judged once the group has `minimumFlows`; those
/// before are kept, the largest 64 of a group, and judged then. The flow itself is in the group's numbers, which a
/// median does not mind. Memory: 13 KB a group, 4,096 groups at most.
public struct GroupOutlierDetector: Detector {
    public static let profile = DetectorProfile(
        name: .groupOutlier,
        watchesFor: "a flow's bytes or rate far above its host group's, public peers apart",
        weight: "a hint",
        family: .volume, cap: 4.5,
        capSource: "with the prior of -7 a probability of 0.08: a hint, for large transfers are everyday",
        evidence: .total)

    /// The least spread, in octaves: within a factor of two all flows are alike.
    static let minimumOctaves = 1.0
    /// Most evidence one flow gives: an upload to the internet; anything else, which is more often ordinary.
    static let maximumUploadEvidence = 4.5
    static let maximumOtherEvidence = 1.5
    /// What an upload far above its group weighs before its size and its rate are looked at.
    static let uploadEvidence = 2.5
    /// An upload sends at least this share of what comes back.
    static let uploadRatio = 0.2
    /// Flows kept of a group until it is known.
    static let keptFlows = 64

    private struct Group: Stateful {
        var histograms = Array(repeating: LogHistogram(), count: 8)
        /// Median and scale in octaves, as of the last window's end.
        var normal: [(median: Double, octaves: Double)?] = Array(repeating: nil, count: 8)
        /// How many values each normal was taken of.
        var learntOf = Array(repeating: 0, count: 8)
        var kept: [Flow] = []
        /// Uploads to the internet found so far.
        var uploads = 0

        mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
            try state.carry(&histograms, empty: LogHistogram())
            try state.carry(&normal)
            try state.carry(&learntOf)
            try state.carry(&kept)
            try state.carry(&uploads)
            guard histograms.count == 8, normal.count == 8, learntOf.count == 8 else { throw .damaged }
        }
    }

    private let settings: GroupOutlierSettings
    private var groups: [Group] = []
    /// First group → its place in `groups`.
    private var places: [NameID: Int] = [:]

    /// A detector with the given thresholds.
    public init(_ settings: GroupOutlierSettings) { self.settings = settings }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        var lastSet = -1
        var place = 0
        for index in flows.indices {
            let flow = flows[index]
            guard flow.traits.contains(.sourceIsHome) || flow.sourceGroups != .none else { continue }
            if flow.traits.contains(.isMidstream) || flow.destination.isMulticast { continue }
            if flow.sourceGroups.index != lastSet {
                lastSet = flow.sourceGroups.index
                place = self.place(of: tables.firstGroup(of: flow.sourceGroups))
            }
            count(flow, in: place)
            guard flow.bytesSent >= settings.minimumBytes || flow.bytesReceived >= settings.minimumBytes else {
                continue
            }
            findings.flow = index
            judgeOrKeep(flow, in: place, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&groups, empty: Group())
        try state.carry(&places)
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        for place in groups.indices { learn(place, tables: tables, findings: &findings) }
    }

    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {
        for place in groups.indices { learn(place, tables: tables, findings: &findings) }
    }

    /// The first group decides, as in Cisco's exercise; hosts without groups are one group of all home hosts.
    private mutating func place(of group: NameID) -> Int {
        if let place = places[group] { return place }
        groups.append(Group())
        places[group] = groups.count - 1
        return groups.count - 1
    }

    private static func slot(_ measure: Int, isPublicPeer: Bool) -> Int { measure * 2 + (isPublicPeer ? 1 : 0) }

    /// Rates are counted in this part of a byte a second: connections that idle for hours have less than one.
    private static let rateUnit = 1.0 / 1024

    private static func values(of flow: Flow) -> (Double, Double, Double, Double) {
        let sent = Double(flow.bytesSent)
        let received = flow.traits.contains(.bytesAreTotal) ? 0 : Double(flow.bytesReceived)
        let seconds = max(1, Double(flow.duration) * 1e-9)
        return (sent, sent / seconds, received, received / seconds)
    }

    private mutating func count(_ flow: Flow, in place: Int) {
        let isPublic = flow.destination.isPublic
        let values = Self.values(of: flow)
        var histograms = groups[place].histograms.mutableSpan
        if values.0 > 0 {
            histograms[Self.slot(0, isPublicPeer: isPublic)].add(values.0)
            histograms[Self.slot(1, isPublicPeer: isPublic)].add(values.1 / Self.rateUnit)
        }
        if values.2 > 0 {
            histograms[Self.slot(2, isPublicPeer: isPublic)].add(values.2)
            histograms[Self.slot(3, isPublicPeer: isPublic)].add(values.3 / Self.rateUnit)
        }
    }

    private mutating func learn(_ place: Int, tables: FlowTables, findings: inout FindingSink) {
        for slot in groups[place].histograms.indices {
            let known = groups[place].histograms[slot].total
            // The median moves slowly: it is taken anew whenever a twentieth has come on top.
            guard known >= settings.minimumFlows, known * 20 > groups[place].learntOf[slot] * 21,
                let normal = groups[place].histograms[slot].log2MedianAndMAD
            else { continue }
            groups[place].learntOf[slot] = known
            groups[place].normal[slot] = (normal.median, max(Self.minimumOctaves, 1.4826 * normal.mad))
        }
        guard !groups[place].kept.isEmpty else { return }
        let kept = groups[place].kept
        groups[place].kept = []
        for flow in kept { judgeOrKeep(flow, in: place, tables: tables, findings: &findings) }
    }

    private mutating func judgeOrKeep(_ flow: Flow, in place: Int, tables: FlowTables, findings: inout FindingSink) {
        let isPublic = flow.destination.isPublic
        guard groups[place].normal[Self.slot(0, isPublicPeer: isPublic)] != nil else {
            if groups[place].kept.count < Self.keptFlows { groups[place].kept.append(flow) }
            return
        }
        let values = Self.values(of: flow)
        let list = [values.0, values.1, values.2, values.3]
        let isUpload = values.0 >= Self.uploadRatio * values.2
        let sent = deviations(Array(list[0...1]), of: flow.bytesSent, from: 0, in: place, isPublicPeer: isPublic)
        let received = deviations(
            Array(list[2...3]), of: flow.bytesReceived, from: 2, in: place, isPublicPeer: isPublic)
        let uploads = isUpload ? excess(sent) : nil
        let downloads = excess(received)
        guard let measureIndex = uploads?.measure ?? downloads.map({ $0.measure + 2 }),
            let measure = GroupMeasure(index: measureIndex), let best = uploads ?? downloads,
            let normal = groups[place].normal[Self.slot(measureIndex, isPublicPeer: isPublic)]
        else { return }
        let isPublicUpload = uploads != nil && isPublic
        // What many of the group do is no longer remarkable, however far from the median.
        let commonness = logarithm(Double(1 + groups[place].uploads))
        if isPublicUpload { groups[place].uploads += 1 }
        let evidence =
            isPublicUpload
            ? max(0.1, min(Self.maximumUploadEvidence, Self.uploadEvidence + best.excess) - commonness)
            : min(Self.maximumOtherEvidence, 0.3 * (0.5 + best.excess))
        let unit = measure.isRate ? Self.rateUnit : 1
        let median = exponential(normal.median * logarithm(2)) * unit
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                span: Window(start: flow.start, end: flow.end), score: best.deviations, baseline: median,
                evidence: evidence, flows: 1,
                reason: GroupOutlierReason(
                    measure: measure, value: list[measureIndex], median: median,
                    deviations: best.deviations, group: tables.groupNames(of: flow.sourceGroups).first,
                    isPublicPeer: isPublic),
                sample: tables.sample(flow)))
    }

    /// Robust deviations of bytes and of rate above the group's medians; below 0 where a value is not judged.
    private func deviations(
        _ values: [Double], of amount: UInt64, from measure: Int, in place: Int, isPublicPeer: Bool
    ) -> (bytes: Double, rate: Double) {
        guard amount >= settings.minimumBytes else { return (-1, -1) }
        var result = (bytes: -1.0, rate: -1.0)
        if let normal = groups[place].normal[Self.slot(measure, isPublicPeer: isPublicPeer)], values[0] > 1 {
            result.bytes = (logarithm2(values[0]) - normal.median) / normal.octaves
        }
        if let normal = groups[place].normal[Self.slot(measure + 1, isPublicPeer: isPublicPeer)], values[1] > 0 {
            result.rate = (logarithm2(values[1] / Self.rateUnit) - normal.median) / normal.octaves
        }
        return result
    }

    /// How far bytes and rate together are beyond the thresholds, and which of them is the story; nil when neither is.
    private func excess(
        _ found: (bytes: Double, rate: Double)
    ) -> (measure: Int, deviations: Double, excess: Double)? {
        guard found.bytes > settings.threshold || found.rate > settings.rateThreshold else { return nil }
        let bytes = max(0, found.bytes - settings.threshold)
        let rate = max(0, found.rate - settings.rateThreshold)
        // A rate that high is rarer than a size: long transfers are many, fast ones few.
        let isRate = found.rate > settings.rateThreshold
        return (isRate ? 1 : 0, isRate ? found.rate : found.bytes, 0.7 * bytes + 1.5 * rate)
    }
}

extension GroupMeasure {
    fileprivate init?(index: Int) {
        let all: [GroupMeasure] = [.bytesSent, .rateSent, .bytesReceived, .rateReceived]
        guard all.indices.contains(index) else { return nil }
        self = all[index]
    }
}
