public import FlowMath
public import FlowModel

/// Keeps of every flow what scoring needs, and holds what a detection said against it.
///
/// Memory: 21 bytes a flow.
public struct Evaluator: Sendable {
    /// Length of the windows in which hosts are scored: 5 min (García et al. 2014).
    public static let windowNanoseconds: Int64 = 300_000_000_000

    /// Which flows are malicious.
    public private(set) var truth: GroundTruth
    private var hosts = HostTable(limit: 50_000_000)
    private var sources: [UInt32] = []
    private var destinations: [UInt32] = []
    private var windows: [Int32] = []
    private var classes: [UInt8] = []
    private var bytes: [Double] = []
    private var firstStart = Timestamp(nanoseconds: .max)
    private var lastStart = Timestamp(nanoseconds: .min)
    private var firstMalicious: Timestamp?

    /// An evaluator that has seen nothing.
    public init(truth: GroundTruth) { self.truth = truth }

    /// How many flows were taken up.
    public var flows: Int { classes.count }

    /// Takes flows up. Parameter names: what their labels point into.
    public mutating func add(_ flows: [Flow], names: FlowNames) {
        for flow in flows {
            sources.append(hosts.intern(flow.source).rawValue)
            destinations.append(hosts.intern(flow.destination).rawValue)
            windows.append(Self.window(of: flow.start))
            let kind = truth.classify(flow, names: names.labels)
            classes.append(UInt8(kind))
            bytes.append(Double(flow.bytes))
            firstStart = min(firstStart, flow.start)
            lastStart = max(lastStart, flow.start)
            if kind > 0 { firstMalicious = min(firstMalicious ?? flow.start, flow.start) }
        }
    }

    static func window(of time: Timestamp) -> Int32 {
        let window = time.nanoseconds / windowNanoseconds
        return Int32(truncatingIfNeeded: time.nanoseconds < 0 ? window - 1 : window)
    }

    private struct HostWindow: Hashable {
        var host: UInt32
        var window: Int32
    }

    /// Holds a detection against the truth. Parameter threshold: the probability from which an incident counts.
    /// Parameter isHome: whether an address is ours.
    public func score(
        _ detection: Detection, threshold: Double, isHome: (IPAddress) -> Bool
    ) -> EvaluationResult {
        var result = EvaluationResult()
        result.flows = flows
        let home = homeFlags(isHome)
        let (malicious, attacked) = culprits()
        let activeHome = Set(sources.filter { home[Int($0)] })
        result.hosts = activeHome.count
        result.maliciousHosts = malicious.count
        result.days =
            flows == 0 ? 0 : max(0, (Double(lastStart.nanoseconds) - Double(firstStart.nanoseconds)) / 86_400e9)

        let counted = detection.suspects.filter { $0.probability >= threshold }
        result.incidents = counted.count
        for (rank, suspect) in counted.enumerated() {
            switch verdict(on: suspect, malicious: malicious, attacked: attacked) {
            case .found: result.foundHosts.append((address: suspect.subject, rank: rank + 1))
            case .wrong: result.falseIncidents.append(suspect.subject)
            case .attacked: break
            }
        }
        let days = max(result.days, 1.0 / 24)
        result.falsePerDayPer1000Hosts =
            Double(result.falseIncidents.count) / days / (Double(max(1, result.hosts)) / 1000)
        if let firstMalicious {
            let alerts = malicious.compactMap { detection.firstAlert[hosts.address(of: HostID(rawValue: $0))] }
            result.firstAlertSeconds = alerts.min().map { alert in
                max(0, Double(alert.nanoseconds) - Double(firstMalicious.nanoseconds)) * 1e-9
            }
        }
        rank(detection, limit: logarithm(threshold / (1 - threshold)), home: home, into: &result)
        return result
    }

    /// False incidents before so many malicious hosts are found, worst first, whatever the threshold; nil where so many
    /// never are.
    public func falseIncidents(of detection: Detection, found wanted: Int) -> Int? {
        let (malicious, attacked) = culprits()
        var found = 0
        var wrong = 0
        for suspect in detection.suspects where found < wanted {
            switch verdict(on: suspect, malicious: malicious, attacked: attacked) {
            case .found: found += 1
            case .wrong: wrong += 1
            case .attacked: break
            }
        }
        return found == wanted ? wrong : nil
    }

    /// Of every host that something was found about, how likely it is said to be and whether it is so.
    public func reliability(of moments: [(incident: Incident, evidence: [DetectorName: Double])]) -> Reliability {
        var reliability = Reliability()
        for (moment, sample) in zip(moments, samples(of: moments)) {
            reliability.add(moment.incident.probability, isTrue: sample.isMalicious)
        }
        return reliability
    }

    /// The same hosts as a calibrator takes them.
    public func samples(
        of moments: [(incident: Incident, evidence: [DetectorName: Double])]
    ) -> [Calibrator.Sample] {
        let (malicious, attacked) = culprits()
        return moments.map { incident, evidence in
            let isTarget = incident.category == .floodTarget
            let suspect = Detection.Suspect(
                subject: incident.subject, probability: incident.probability, isTarget: isTarget)
            let verdict = verdict(on: suspect, malicious: malicious, attacked: attacked)
            return Calibrator.Sample(evidence: evidence, isMalicious: verdict != .wrong)
        }
    }

    /// The start of the last flow.
    public var lastSeen: Timestamp { lastStart }

    private enum Verdict { case found, wrong, attacked }

    private func verdict(on suspect: Detection.Suspect, malicious: Set<UInt32>, attacked: Set<UInt32>) -> Verdict {
        let host = hosts.find(HostKey(suspect.subject))?.rawValue ?? 0
        if malicious.contains(host) { return .found }
        return suspect.isTarget && attacked.contains(host) ? .attacked : .wrong
    }

    /// The sources and the destinations of malicious flows.
    private func culprits() -> (sources: Set<UInt32>, destinations: Set<UInt32>) {
        let bad = classes.indices.filter { classes[$0] > 0 }
        return (Set(bad.map { sources[$0] }), Set(bad.map { destinations[$0] }))
    }

    private func homeFlags(_ isHome: (IPAddress) -> Bool) -> [Bool] {
        (0..<hosts.indexEnd).map { $0 > 0 && isHome(hosts.address(of: HostID(rawValue: UInt32($0)))) }
    }

    private func rank(_ detection: Detection, limit: Double, home: [Bool], into result: inout EvaluationResult) {
        var scores: [HostWindow: Double] = [:]
        func score(_ key: HostWindow) -> Double {
            if let known = scores[key] { return known }
            let score = detection.logOdds(of: hosts.address(of: HostID(rawValue: key.host)), in: key.window)
            scores[key] = score
            return score
        }
        var activity: [HostWindow: (flows: Int, bytes: Double, isMalicious: Bool, inward: Bool)] = [:]
        for index in classes.indices {
            let key = HostWindow(host: sources[index], window: windows[index])
            var entry = activity[key] ?? (0, 0, false, false)
            entry.flows += 1
            entry.bytes += bytes[index]
            entry.isMalicious = entry.isMalicious || classes[index] > 0
            entry.inward = entry.inward || isInward(index, home)
            activity[key] = entry
        }
        var ranking = Ranking()
        var naive = NaiveRankings()
        var recalled = Array(repeating: 0, count: truth.classes.count)
        var total = recalled
        for index in classes.indices {
            let key = HostWindow(host: sources[index], window: windows[index])
            let score = max(score(key), score(HostWindow(host: destinations[index], window: windows[index])))
            let isMalicious = classes[index] > 0
            ranking.add(score, isPositive: isMalicious)
            naive.flowCount.add(Double(activity[key]?.flows ?? 0), isPositive: isMalicious)
            naive.direction.add(isInward(index, home) ? 1 : 0, isPositive: isMalicious)
            naive.minusBytes.add(-bytes[index], isPositive: isMalicious)
            total[Int(classes[index])] += 1
            if score >= limit { recalled[Int(classes[index])] += 1 }
        }
        var hostRanking = Ranking()
        for (key, entry) in activity {
            hostRanking.add(score(key), isPositive: entry.isMalicious)
            naive.hostFlowCount.add(Double(entry.flows), isPositive: entry.isMalicious)
            naive.hostDirection.add(entry.inward ? 1 : 0, isPositive: entry.isMalicious)
            naive.hostMinusBytes.add(-entry.bytes, isPositive: entry.isMalicious)
        }
        result.flowAveragePrecision = ranking.averagePrecision
        result.flowROCArea = ranking.rocArea
        result.hostWindowAveragePrecision = hostRanking.averagePrecision
        result.byClass = truth.classes.indices.dropFirst().map { place in
            (truth.classes[place], total[place], Double(recalled[place]) / Double(max(1, total[place])))
        }.filter { $0.1 > 0 }
        result.benignFlagged = Double(recalled[0]) / Double(max(1, total[0]))
        result.naive = [
            ("flowCount", naive.flowCount, naive.hostFlowCount), ("direction", naive.direction, naive.hostDirection),
            ("minusBytes", naive.minusBytes, naive.hostMinusBytes),
        ].map {
            EvaluationResult.Naive(
                name: $0.0, flowAveragePrecision: $0.1.averagePrecision, flowROCArea: $0.1.rocArea,
                hostWindowAveragePrecision: $0.2.averagePrecision)
        }
    }

    private struct NaiveRankings {
        var flowCount = Ranking()
        var direction = Ranking()
        var minusBytes = Ranking()
        var hostFlowCount = Ranking()
        var hostDirection = Ranking()
        var hostMinusBytes = Ranking()
    }

    /// From outside to a home host.
    private func isInward(_ index: Int, _ home: [Bool]) -> Bool {
        !home[Int(sources[index])] && home[Int(destinations[index])]
    }
}
