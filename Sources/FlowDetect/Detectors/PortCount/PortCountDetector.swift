public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `port-count`.
public struct PortCountSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Robust z of the log from which a number counts: window counts have far heavier tails than the normal's 3.5.
    public var threshold = 6.0
    public static let ranges: [String: ClosedRange<Double>] = ["threshold": 0.5...100]
    /// The defaults.
    public init() {}
}

/// `port-count`: a home host with far more ports of one peer, peers or bytes in a window than its group's hosts.
///
/// Null model: log2 of one plus each number, over the active hosts of a group and its windows, spreads around the group's
/// median by its MAD (Hampel 1974). Such numbers have heavy tails: only what is also twice as much as 999 of 1,000 windows
/// have is found. What is found is learnt one time in ten. A busy server looks the same: context, which makes no incident
/// by itself. Ports that look like the client's end of an answer are left out. Memory: 40 bytes a host, 5 KB for each of
/// 256 groups.
public struct PortCountDetector: Detector {
    public static let profile = DetectorProfile(
        name: .portCount,
        watchesFor: "a host's ports of one peer, peers and bytes in a window, far above its group's",
        weight: "little",
        family: .window, cap: 1.5,
        capSource: "context: with the prior of -7 a probability of 0.004",
        evidence: .further)

    static let groupLimit = 256
    /// Windows of a group's hosts that must be known before one is judged: a 0.999-quantile of fewer is a maximum.
    static let population = 1000
    static let rareQuantile = 0.999
    static let rareFactor = 2.0
    /// The least spread, in octaves: within a factor of two all hosts are alike.
    static let minimumOctaves = 1.0
    static let learnsOneIn = 10
    /// Evidence of a window, and of each robust deviation above the threshold; sizes say less than counts.
    static let first = 0.1
    static let deviation = 0.1
    static let most = 0.4
    static let bytesWeight = 0.25

    private struct Host {
        var ports: UInt64 = 0
        var peers: UInt64 = 0
        var bytes: UInt64 = 0
        var protocols: UInt8 = 0
        var groups = GroupSetID.none
        var flows: UInt64 = 0

        func value(_ measure: Int) -> Double {
            switch measure {
            case 0: Double(ports)
            case 1: Double(peers)
            default: Double(bytes)
            }
        }
    }

    private struct Group: Stateful {
        var histograms = Array(repeating: LogHistogram(), count: 3)
        /// Median and scale in octaves, and what is rare, as of the last time a twentieth had come on top.
        var normals: [(median: Double, octaves: Double, rare: Double)] = []
        var learntOf = 0
        var found = 0

        mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
            try state.carry(&histograms, empty: LogHistogram())
            try state.carry(&normals)
            try state.carry(&learntOf)
            try state.carry(&found)
            guard histograms.count == 3, normals.isEmpty || normals.count == 3 else { throw .damaged }
        }
    }

    private let threshold: Double
    private var hosts: [Host] = []
    /// Hosts of the current window, in the order they appear.
    private var active: [HostID] = []
    private var groups: [Group] = []
    private var places: [NameID: Int] = [:]
    public private(set) var overflowCount = 0

    /// A detector with the given thresholds.
    public init(_ settings: PortCountSettings) { threshold = settings.threshold }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
        try state.carry(&active)
        try state.carry(&groups, empty: Group())
        try state.carry(&places)
        try state.carry(&overflowCount)
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        if hosts.count < tables.hosts.indexEnd {
            hosts.append(contentsOf: repeatElement(Host(), count: tables.hosts.indexEnd - hosts.count))
        }
        for (index, pair) in window.pairs.enumerated() {
            let first = window.firstFlows[index]
            guard first.traits.contains(.sourceIsHome) || first.sourceGroups != .none else { continue }
            let scope = first.destination.scope
            if scope == .multicast || scope == .broadcast { continue }
            let host = pair.source.index
            if hosts[host].peers == 0 {
                active.append(pair.source)
                hosts[host].groups = first.sourceGroups
            }
            hosts[host].peers += 1
            let ports = UInt64(pair.destinationPorts - min(pair.destinationPorts, pair.replyPorts))
            hosts[host].ports = max(hosts[host].ports, ports)
            hosts[host].bytes = hosts[host].bytes.addingClamped(pair.bytesSent.addingClamped(pair.bytesReceived))
            hosts[host].protocols |= pair.protocols
            hosts[host].flows += UInt64(pair.connections)
        }
        for id in active {
            judge(id, window.window, tables: tables, findings: &findings)
            hosts[id.index] = Host()
        }
        active.removeAll(keepingCapacity: true)
        for place in groups.indices { learn(place) }
    }

    private mutating func place(of group: NameID) -> Int? {
        if let place = places[group] { return place }
        guard groups.count < Self.groupLimit else {
            overflowCount += 1
            return nil
        }
        groups.append(Group())
        places[group] = groups.count - 1
        return groups.count - 1
    }

    private mutating func learn(_ place: Int) {
        let known = groups[place].histograms[0].total
        guard known >= Self.population, known * 20 > groups[place].learntOf * 21 else { return }
        groups[place].learntOf = known
        groups[place].normals = groups[place].histograms.map { histogram in
            let normal = histogram.log2MedianAndMAD ?? (0, 0)
            return (
                normal.median, max(Self.minimumOctaves, 1.4826 * normal.mad),
                (histogram.log2Quantile(Self.rareQuantile) ?? 0) + logarithm2(Self.rareFactor)
            )
        }
    }

    private mutating func judge(_ id: HostID, _ window: Window, tables: FlowTables, findings: inout FindingSink) {
        let host = hosts[id.index]
        guard let place = place(of: tables.firstGroup(of: host.groups)) else { return }
        var worst: (measure: Int, deviations: Double)?
        for (measure, normal) in groups[place].normals.enumerated() {
            let octaves = logarithm2(1 + host.value(measure))
            let deviations = (octaves - normal.median) / normal.octaves
            guard deviations > threshold, octaves > normal.rare, deviations > worst?.deviations ?? 0 else { continue }
            // Bytes are the story only where no count is.
            if measure == 2, worst != nil { continue }
            worst = (measure, deviations)
        }
        if let worst {
            tell(id, host, worst, groups[place].normals[worst.measure].median, window, tables, &findings)
            groups[place].found += 1
            if groups[place].found % Self.learnsOneIn != 0 { return }
        }
        for measure in 0..<3 { groups[place].histograms[measure].add(1 + host.value(measure)) }
    }

    private func tell(
        _ id: HostID, _ host: Host, _ worst: (measure: Int, deviations: Double), _ median: Double, _ window: Window,
        _ tables: FlowTables, _ findings: inout FindingSink
    ) {
        let measure = PortCountReason.Measure.allCases[worst.measure]
        let usual = max(0, exponential2(median) - 1)
        let evidence = min(Self.most, Self.first + Self.deviation * (worst.deviations - threshold))
        findings.add(
            Finding(
                detector: Self.name, subject: tables.hosts.key(of: id), peer: nil, span: window,
                score: worst.deviations, baseline: usual,
                evidence: measure == .bytes ? Self.bytesWeight * evidence : evidence, flows: Int(clamping: host.flows),
                reason: PortCountReason(
                    measure: measure, value: host.value(worst.measure), median: usual,
                    values: (0..<3).map { host.value($0) }, protocols: host.protocols.nonzeroBitCount,
                    group: tables.groupNames(of: host.groups).first), sample: nil))
    }
}
