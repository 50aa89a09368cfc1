import FlowMath
public import FlowModel
public import FlowState

/// Settings of `entropy-shift`.
public struct EntropyShiftSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Robust deviations of a minute's entropy from its past from which it counts: ordinary traffic reaches 5 in a day.
    public var threshold = 6.0
    public static let ranges: [String: ClosedRange<Double>] = ["threshold": 0.5...100]
    /// The defaults.
    public init() {}
}

/// `entropy-shift`: minutes in which addresses or ports are spread over the flows otherwise than before, and the host that
/// had most to do with it.
///
/// Null model: the sample entropy, in bits, of source and destination addresses and ports over all flows of a minute
/// (Lakhina, Crovella and Diot 2005) stays within `threshold` robust deviations of its own past. Mean and mean absolute
/// deviation are learnt slowly, more slowly from what drifts and hardly from what is far off (catalogue, 12), and a
/// deviation counts as at most three. Judges after 30 minutes with enough flows. The host named is the one whose number of
/// flows, opened or got, is farthest above its own mean. Crowds and backups move entropy, too: context.
/// A late flow counts in the current minute. Memory: 24 bytes a host, 1 MB.
public struct EntropyShiftDetector: Detector {
    public static let profile = DetectorProfile(
        name: .entropyShift,
        watchesFor:
            "minutes in which the entropy of addresses or ports over all flows is not as before, and the host"
            + " that moved it most",
        weight: "little",
        family: .window, cap: 1.5,
        capSource: "context: with the prior of -7 a probability of 0.004",
        evidence: .further)

    static let slice: Int64 = 60_000_000_000
    /// Minutes before it judges.
    static let history = 30
    /// Fewer flows than this have no entropy to speak of.
    static let minimumFlows = 100
    /// Shares that the past learns of an ordinary minute, of one that drifts and of one that is far off.
    static let ordinaryRate = 0.05
    static let driftRate = 0.01
    static let suspiciousRate = 0.002
    static let driftFrom = 2.5
    /// The least scale, bits, and deviations that a minute counts as at most when learnt.
    static let minimumScale = 0.1
    static let clip = 3.0
    /// A mean absolute deviation times this is a standard deviation of the normal: the root of π / 2.
    static let scaleFactor = 1.2533
    /// What a host learns of a minute about its own number of flows, and the least share of flows that its rise must be.
    static let hostRate = 0.1
    static let leastRise = 0.1
    /// Evidence of a minute, and of each deviation above the threshold.
    static let first = 0.2
    static let deviation = 0.1
    static let most = 0.6

    /// What a host did in the current minute, and its means of earlier ones as of minute `seen`.
    private struct Host {
        var sent: UInt32 = 0
        var got: UInt32 = 0
        var usualSent: Float = 0
        var usualGot: Float = 0
        var seen = Int64.min
    }

    private struct Baseline {
        var mean = 0.0
        var deviation = 0.0
        var minutes = 0

        var scale: Double { max(EntropyShiftDetector.minimumScale, EntropyShiftDetector.scaleFactor * deviation) }

        mutating func learn(_ value: Double, threshold: Double) {
            let distance = value - mean
            let deviations = abs(distance) / scale
            minutes += 1
            guard minutes > 1 else {
                mean = value
                return
            }
            var rate =
                deviations >= threshold
                ? EntropyShiftDetector.suspiciousRate
                : deviations >= EntropyShiftDetector.driftFrom
                    ? EntropyShiftDetector.driftRate : EntropyShiftDetector.ordinaryRate
            if minutes <= EntropyShiftDetector.history {
                rate = max(EntropyShiftDetector.ordinaryRate, 1 / Double(minutes))
            }
            let clipped =
                minutes <= EntropyShiftDetector.history / 3 ? 1 : min(1, EntropyShiftDetector.clip / deviations)
            mean += rate * distance * clipped
            deviation += rate * (abs(distance) * clipped - deviation)
        }
    }

    private let threshold: Double
    private var clock = SliceClock(length: slice)
    private var minute = Int64.min
    private var start = Timestamp(nanoseconds: 0)
    private var end = Timestamp(nanoseconds: 0)
    private var hosts: [Host] = []
    private var activeHosts: [HostID] = []
    private var sourcePorts = Array(repeating: UInt32(0), count: 65_536)
    private var destinationPorts = Array(repeating: UInt32(0), count: 65_536)
    private var flowCount = 0
    private var baselines = Array(repeating: Baseline(), count: 4)

    /// A detector with the given thresholds.
    public init(_ settings: EntropyShiftSettings) { threshold = settings.threshold }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if hosts.count < tables.hosts.indexEnd {
            hosts.append(contentsOf: repeatElement(Host(), count: tables.hosts.indexEnd - hosts.count))
        }
        var from = 0
        for index in flows.indices {
            clock.follow(flows[index].start.nanoseconds)
            guard clock.number != minute else { continue }
            count(flows, from..<index)
            from = index
            findings.flow = index
            turn(tables: tables, findings: &findings)
        }
        count(flows, from..<flows.count)
    }

    private mutating func count(_ flows: Span<Flow>, _ range: Range<Int>) {
        // Short loops, not one long: a core then waits for several cache lines at a time.
        flowCount &+= Self.countHosts(flows, range, &hosts, &activeHosts)
        Self.countPorts(flows, range, &sourcePorts, { $0.sourcePort })
        Self.countPorts(flows, range, &destinationPorts, { $0.destinationPort })
    }

    /// Returns: how many flows there are with ids.
    private static func countHosts(
        _ flows: Span<Flow>, _ range: Range<Int>, _ hosts: inout [Host], _ active: inout [HostID]
    ) -> Int {
        var hosts = hosts.mutableSpan
        var count = 0
        for index in range where isListed(flows[index]) {
            let source = flows[index].sourceHost
            let destination = flows[index].destinationHost
            if hosts[source.index].sent == 0, hosts[source.index].got == 0 { active.append(source) }
            hosts[source.index].sent &+= 1
            if hosts[destination.index].sent == 0, hosts[destination.index].got == 0 { active.append(destination) }
            hosts[destination.index].got &+= 1
            count &+= 1
        }
        return count
    }

    private static func countPorts(
        _ flows: Span<Flow>, _ range: Range<Int>, _ counts: inout [UInt32], _ port: (Flow) -> UInt16
    ) {
        var counts = counts.mutableSpan
        for index in range where isListed(flows[index]) { counts[Int(port(flows[index]))] &+= 1 }
    }

    private static func isListed(_ flow: Flow) -> Bool {
        flow.sourceHost != .unlisted && flow.destinationHost != .unlisted
    }

    public mutating func lookAgain(at moment: Timestamp, tables: FlowTables, findings: inout FindingSink) {
        // While flows come, the next minute's first one closes this one.
        guard moment == .endOfTime || moment >= end.advanced(by: Self.slice) else { return }
        close(tables: tables, findings: &findings)
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&clock)
        try state.carry(&minute)
        try state.carry(&start)
        try state.carry(&end)
        try state.carry(&hosts)
        try state.carry(&activeHosts)
        try state.carry(&sourcePorts)
        try state.carry(&destinationPorts)
        try state.carry(&flowCount)
        try state.carry(&baselines)
        guard sourcePorts.count == 65_536, destinationPorts.count == 65_536, baselines.count == 4 else {
            throw .damaged
        }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
        activeHosts.removeAll { gone.contains($0) }
    }

    /// Goes on to a later minute; an hour back, the record before was from the future.
    private mutating func turn(tables: FlowTables, findings: inout FindingSink) {
        if minute != .min, clock.number < minute, minute - clock.number <= 60 { return }
        close(tables: tables, findings: &findings)
        minute = clock.number
        start = Timestamp(nanoseconds: clock.start)
        end = start.advanced(by: Self.slice)
    }

    private mutating func close(tables: FlowTables, findings: inout FindingSink) {
        var sums = (0.0, 0.0)
        var rise = (host: HostID.unlisted, flows: 0.0, usual: 0.0, isDestination: false)
        for id in activeHosts {
            var host = hosts[id.index]
            sums.0 += Self.term(host.sent)
            sums.1 += Self.term(host.got)
            let missed = host.seen == .min || minute <= host.seen ? 0 : min(1000, minute - host.seen - 1)
            let fading = Float(missed == 0 ? 1 : exponential(Double(missed) * logarithm(1 - Self.hostRate)))
            host.usualSent *= fading
            host.usualGot *= fading
            let risen = (Double(host.sent) - Double(host.usualSent), Double(host.got) - Double(host.usualGot))
            if risen.0 > rise.flows { rise = (id, risen.0, Double(host.usualSent), false) }
            if risen.1 > rise.flows { rise = (id, risen.1, Double(host.usualGot), true) }
            host.usualSent += Float(Self.hostRate) * (Float(host.sent) - host.usualSent)
            host.usualGot += Float(Self.hostRate) * (Float(host.got) - host.usualGot)
            (host.sent, host.got, host.seen) = (0, 0, minute)
            hosts[id.index] = host
        }
        activeHosts.removeAll(keepingCapacity: true)
        let sourceSum = Self.takeSum(&sourcePorts)
        let destinationSum = Self.takeSum(&destinationPorts)
        let count = flowCount
        flowCount = 0
        guard count >= Self.minimumFlows else { return }
        let entropies = [sums.0, sums.1, sourceSum, destinationSum].map {
            max(0, logarithm2(Double(count)) - $0 / Double(count))
        }
        judge(entropies, count, rise, tables: tables, findings: &findings)
        for feature in 0..<4 { baselines[feature].learn(entropies[feature], threshold: threshold) }
    }

    /// n log2 n.
    private static func term(_ count: UInt32) -> Double { count < 2 ? 0 : Double(count) * logarithm2(Double(count)) }

    /// The sum of n log2 n over ports, which are then empty.
    private static func takeSum(_ counts: inout [UInt32]) -> Double {
        var sum = 0.0
        for index in counts.indices where counts[index] > 0 {
            sum += term(counts[index])
            counts[index] = 0
        }
        return sum
    }

    private func judge(
        _ entropies: [Double], _ count: Int, _ rise: (host: HostID, flows: Double, usual: Double, isDestination: Bool),
        tables: FlowTables, findings: inout FindingSink
    ) {
        guard baselines[0].minutes >= Self.history, rise.host != .unlisted,
            rise.flows >= Self.leastRise * Double(count)
        else { return }
        let deviations = (0..<4).map { abs(entropies[$0] - baselines[$0].mean) / baselines[$0].scale }
        guard let worst = deviations.indices.max(by: { deviations[$0] < deviations[$1] }),
            deviations[worst] >= threshold, let feature = EntropyShiftReason.Feature(rawValue: worst)
        else { return }
        findings.add(
            Finding(
                detector: Self.name, subject: tables.hosts.key(of: rise.host), peer: nil,
                span: Window(start: start, end: end), score: deviations[worst], baseline: baselines[worst].mean,
                evidence: min(Self.most, Self.first + Self.deviation * (deviations[worst] - threshold)),
                flows: Int((rise.flows + rise.usual).rounded()),
                reason: EntropyShiftReason(
                    feature: feature, bits: entropies[worst], usualBits: baselines[worst].mean, flows: count,
                    hostFlows: Int((rise.flows + rise.usual).rounded()), usualHostFlows: rise.usual,
                    isDestination: rise.isDestination), sample: nil))
    }
}
