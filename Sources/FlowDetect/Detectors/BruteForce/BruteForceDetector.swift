public import FlowFeatures
import FlowMath
public import FlowModel
public import FlowState

/// Settings of `brute-force`.
public struct BruteForceSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Guesses above what is ordinary from which a series counts (10 or more).
    public var minimumGuesses = 30
    public static let ranges: [String: ClosedRange<Double>] = ["minimumGuesses": 10...1_000_000]
    /// The defaults.
    public init() {}
}

/// `brute-force`: one host opens many short, similar connections to a service that asks for a password.
///
/// Null model: such connections of one source to one service come no faster than `allowed`, the largest of a floor
/// that grows with the servers, twice what the source did before, and twice what 95 of 100 sources of that service do
/// here. Page's sum (Page 1954) adds one for each connection and takes off what was allowed since the last, never below
/// 0; a session that lasts, as logins are for, takes off five, an FTP transfer one. Only answered connections count: the
/// others are `port-scan`'s. One larger or longer than any guess after them is reported as a possible success. Guesses at
/// several servers are one series. Services that programs log in to as well (mail, databases, directories) do not reach
/// an incident by themselves until the source is known to be quieter.
/// Not seen: guesses slower than allowed, and many sources that guess a little each.
/// Memory: 20,000 (source, service) with at most 64 servers each, about 10 MB; what finds no room is counted.
public struct BruteForceDetector: Detector {
    public static let profile = DetectorProfile(
        name: .bruteForce,
        watchesFor:
            "many short, similar connections to a service that asks for a password, by a sequential test; then a"
            + " longer one",
        weight: "enough for an incident by itself; of mail, databases and directories only once the source is known",
        family: .guesses, cap: 12,
        capSource: "with the prior of -7 a probability of 0.99: beyond it evidence decides nothing",
        evidence: .further, shown: .furthest)

    static let seriesLimit = 20_000
    /// Seconds that the history is kept in slices of, and after which an idle source is forgotten.
    static let slice: Int64 = 300
    static let idleSlices: Int64 = 72
    /// What each server after the first adds to what is allowed, as a share of the floor.
    static let furtherServer = 0.5
    /// A session that lasts weighs against so many guesses.
    static let sessionWeight = 5.0
    /// After guesses, one that sends so many times as much, or lasts so long, may have been right.
    static let sessionFactor = 4.0
    static let sessionSeconds = 300.0
    /// A connection of another size than those before it counts so much.
    static let dissimilarWeight = 0.25
    /// A guess lasts no longer, in seconds: a server hangs up on who has not logged in (OpenSSH after 120).
    static let guessSeconds = 60.0
    /// Evidence: so many nats for each doubling of the excess over ten guesses; 30 are 4.8 and 100 are 10.
    static let natsPerDoubling = 3.0
    static let successEvidence = 5.0
    /// Evidence that programs' services are held at while nothing is known of the source.
    static let unknownCeiling = 6.0
    /// Ordinary slices after which a source is known.
    static let knownAfter: UInt32 = 3
    static let leastEvidence = 0.01
    private static let learning = GuardedLearning<Double>()

    private struct Key: Hashable {
        var source: HostID
        var service: LoginService
    }

    private struct Series {
        /// Guesses above what was allowed, and when that was.
        var excess = 0.0
        var at: Timestamp
        var start: Timestamp
        var guesses = 0
        var servers = FewHosts()
        var hasMoreServers = false
        /// log2 of the bytes sent in a guess.
        var size = -1.0
        /// Nats that findings have spoken of, and the excess the last did.
        var reported = 0.0
        var reportedExcess = 0.0
        var reportedFlows = 0
        var session: BruteForceReason.Session?
        /// Guesses in the current slice, and in one of those before it.
        var slice: Int64
        var inSlice = 0
        var usual = 0.0
        /// How many of those were ordinary.
        var slices: UInt32 = 0
    }

    private let settings: BruteForceSettings
    /// Raw value of the service plus one; 0 for none.
    private let serviceOfPort: [UInt8]
    private var series: [Key: Series] = [:]
    /// Sources with a series of FTP, whose transfers are looked for.
    private var ftpSources = HostSet()
    /// Guesses of a source in a slice, by service.
    private var population = Array(repeating: LogHistogram(), count: LoginService.allCases.count)
    private var usualHere = Array(repeating: 0.0, count: LoginService.allCases.count)
    private var nextSweep = Int64.min
    public private(set) var overflowCount = 0

    /// A detector with the given thresholds.
    public init(_ settings: BruteForceSettings) {
        self.settings = settings
        serviceOfPort = (0...UInt16.max).map { LoginService(port: $0).map { $0.rawValue + 1 } ?? 0 }
    }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        for index in flows.indices {
            let code = serviceOfPort[Int(flows[index].destinationPort)]
            if code != 0 {
                guard let service = LoginService(rawValue: code - 1) else { continue }
                findings.flow = index
                take(flows[index], service: service, tables: tables, findings: &findings)
            } else if ftpSources.count > 0, flows[index].transport == .tcp {
                if flows[index].sourcePort == 20 {
                    transfer(client: flows[index].destinationHost, server: flows[index].sourceHost)
                } else if flows[index].destinationPort >= 1024 {
                    transfer(client: flows[index].sourceHost, server: flows[index].destinationHost)
                }
            }
        }
    }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        let slice = Self.slice(of: window.window.end)
        guard slice >= nextSweep else { return }
        nextSweep = slice + 1
        series = series.filter { slice - $0.value.slice < Self.idleSlices }
        for service in population.indices where population[service].total >= 50 {
            usualHere[service] = exponential2(population[service].log2Quantile(0.95) ?? 0)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&series)
        try state.carry(&ftpSources)
        try state.carry(&population, empty: LogHistogram())
        try state.carry(&usualHere)
        try state.carry(&nextSweep)
        try state.carry(&overflowCount)
        let services = LoginService.allCases.count
        guard population.count == services, usualHere.count == services else { throw .damaged }
    }

    public mutating func forget(_ hosts: HostSet, tables: FlowTables) {
        series = series.filter { !hosts.contains($0.key.source) }
        for key in Array(series.keys) { series[key]?.servers.removeAll { hosts.contains($0) } }
        ftpSources.subtract(hosts)
    }

    private static func slice(of moment: Timestamp) -> Int64 { moment.nanoseconds / 1_000_000_000 / Self.slice }

    private mutating func take(
        _ flow: Flow, service: LoginService, tables: FlowTables, findings: inout FindingSink
    ) {
        let habits = service.habits
        guard flow.transport == .tcp, flow.isAnswered, !flow.traits.contains(.isMidstream),
            flow.sourceHost != .unlisted, flow.bytesSent >= habits.leastBytes
        else { return }
        let key = Key(source: flow.sourceHost, service: service)
        let seconds = Double(flow.duration) * 1e-9
        let isGuess =
            seconds <= Self.guessSeconds && flow.bytesSent <= habits.bytesSent
            && flow.bytesReceived <= habits.bytesReceived
        guard var known = series[key] ?? (isGuess ? start(key, with: flow) : nil) else { return }
        pass(to: flow.start, service: service, &known)
        var isSuccess = false
        if isGuess { guess(flow, habits: habits, &known) } else { isSuccess = session(flow, &known) }
        judge(flow, isSuccess: isSuccess, service: service, &known, tables: tables, findings: &findings)
        series[key] = known
    }

    private mutating func start(_ key: Key, with flow: Flow) -> Series? {
        guard series.count < Self.seriesLimit else {
            overflowCount += 1
            return nil
        }
        if key.service == .ftp { ftpSources.insert(key.source) }
        return Series(at: flow.start, start: flow.start, slice: Self.slice(of: flow.start))
    }

    /// Guesses a second that are ordinary.
    private func allowed(_ service: LoginService, _ known: Series) -> Double {
        let floor = service.habits.allowedPerMinute / 60
        // Who guesses here cannot teach the others' normal beyond eight times the floor.
        let here = min(2 * usualHere[Int(service.rawValue)] / Double(Self.slice), 8 * floor)
        let own = 2 * known.usual / Double(Self.slice)
        return max(floor * (1 + Self.furtherServer * Double(max(0, known.servers.count - 1))), here, own)
    }

    /// Lets time go by: takes off what was allowed, and learns the slice that is over.
    private mutating func pass(to moment: Timestamp, service: LoginService, _ known: inout Series) {
        let slice = Self.slice(of: moment)
        if slice > known.slice {
            let count = Double(known.inSlice)
            let isOrdinary = known.excess < Double(settings.minimumGuesses)
            if isOrdinary { population[Int(service.rawValue)].add(count) }
            Self.learning.learn(count, into: &known.usual, of: Int(known.slices), isSuspicious: !isOrdinary)
            if isOrdinary { known.slices &+= 1 }
            known.inSlice = 0
            known.slice = slice
        }
        let nanoseconds = moment.nanoseconds.subtractingReportingOverflow(known.at.nanoseconds)
        if nanoseconds.overflow || nanoseconds.partialValue < -12 * Self.slice * 1_000_000_000 {
            // One record from the future must not stop the clock.
            known.slice = slice
            known.at = moment
        }
        guard moment > known.at else { return }
        known.excess -= Double(nanoseconds.partialValue) * 1e-9 * allowed(service, known)
        known.at = moment
        guard known.excess <= 0 else { return }
        known.excess = 0
        known.reported = 0
        known.reportedExcess = 0
        known.reportedFlows = 0
        known.guesses = 0
        known.servers.removeAll { _ in true }
        known.hasMoreServers = false
        known.session = nil
        known.start = moment
    }

    private func guess(_ flow: Flow, habits: LoginService.Habits, _ known: inout Series) {
        let size = logarithm2(Double(flow.bytesSent))
        let isSimilar = known.size < 0 || abs(size - known.size) <= habits.tolerance
        known.size = known.size < 0 ? size : known.size + 0.1 * (size - known.size)
        known.excess += isSimilar ? 1 : Self.dissimilarWeight
        known.guesses += 1
        known.inSlice += 1
        if !known.servers.contains(flow.destinationHost) {
            known.hasMoreServers = !known.servers.append(flow.destinationHost) || known.hasMoreServers
        }
    }

    /// Returns: whether it is the first after guesses that were reported.
    private func session(_ flow: Flow, _ known: inout Series) -> Bool {
        let seconds = Double(flow.duration) * 1e-9
        let isLarger = Double(flow.bytesSent) >= Self.sessionFactor * exponential2(known.size)
        guard known.reportedExcess > 0, known.session == nil, flow.start > known.start,
            known.servers.contains(flow.destinationHost), isLarger || seconds >= Self.sessionSeconds
        else {
            known.excess = max(0, known.excess - Self.sessionWeight)
            return false
        }
        known.session = BruteForceReason.Session(
            server: flow.destination, bytes: flow.bytes, seconds: seconds)
        return true
    }

    private mutating func transfer(client: HostID, server: HostID) {
        guard ftpSources.contains(client) else { return }
        let key = Key(source: client, service: .ftp)
        guard var known = series[key], known.servers.contains(server) else { return }
        known.excess = max(0, known.excess - 1)
        series[key] = known
    }

    private func judge(
        _ flow: Flow, isSuccess: Bool, service: LoginService, _ known: inout Series, tables: FlowTables,
        findings: inout FindingSink
    ) {
        guard known.excess >= Double(settings.minimumGuesses),
            isSuccess || known.excess >= 1.25 * known.reportedExcess
        else { return }
        var nats = Self.natsPerDoubling * logarithm2(known.excess / 10)
        if service.isForPrograms && known.slices < Self.knownAfter { nats = min(nats, Self.unknownCeiling) }
        let gain = max(Self.leastEvidence, nats - known.reported)
        known.reported = max(known.reported, nats)
        known.reportedExcess = known.excess
        let end = max(known.at, flow.end)
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey, peer: known.servers.count == 1 ? flow.destination : nil,
                span: Window(start: known.start, end: end), score: known.excess,
                baseline: allowed(service, known) * 60, evidence: isSuccess ? gain + Self.successEvidence : gain,
                flows: known.guesses - known.reportedFlows,
                reason: BruteForceReason(
                    service: service, port: flow.destinationPort, guesses: known.guesses,
                    servers: known.servers.count, hasMoreServers: known.hasMoreServers,
                    bytes: exponential2(known.size), usual: allowed(service, known) * 60, session: known.session),
                sample: tables.sample(flow)))
        known.reportedFlows = known.guesses
    }
}
