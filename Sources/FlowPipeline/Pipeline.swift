public import FlowDetect
public import FlowEnrich
public import FlowFeatures
import FlowFormats
public import FlowModel
import Foundation

/// The one loop: flows in, findings and incidents out. No clock but that of the flows.
///
/// What comes out depends on the flows and their order alone, not on how they are cut into batches. A copy shares its
/// detectors: read from it, but give flows to one of them.
public struct Pipeline {
    /// Flows looked at to tell the home networks from, where the settings name none.
    static let inferenceFlows = 4096
    /// Share of the host table from which hosts are let go at a window's end, and down to which.
    static let fullShare = 0.9
    static let targetShare = 0.75
    /// Share of it that is kept for hosts that something was found about, the most likely of them.
    static let subjectShare = 0.25

    private let settings: Settings
    private let windowLength: Int64
    private var home: HomeNetworks?
    private let blocklists: BlocklistTable?
    private let geo: GeoDatabase?
    /// Flows kept until home is known.
    private var waiting: [Flow] = []
    private var waitingOrder = FlowOrder.byStart
    private var waitingDelay: Int64 = 0
    /// Flows the clock holds back.
    private var held: [Flow] = []
    private var clock: EventClock
    /// Windows that end here or before are closed; the clock may be one step ahead of it.
    private var closedUpTo = Timestamp(nanoseconds: .min)
    private var windows: OpenWindows
    private var duplicates = DuplicateCounter()
    var tables: FlowTables
    let detectors: DetectorCrew
    private var ensemble: Ensemble
    private var suppressions: Suppressions
    /// What would be, were one rule more in the settings.
    private var preview: (rule: Suppressions, ensemble: Ensemble)?
    private let onFinding: ((Finding, Ensemble.Standing?) -> Void)?
    private var firstStart: Timestamp?
    private var lastStart: Timestamp?
    private var aheadCount = 0
    private var flowCount = 0
    private var windowCount = 0
    private var forgottenCount = 0
    private var forgottenSubjectCount = 0

    /// A pipeline at the start of its input. Parameter settings: with nothing out of range. Parameter takesAll: whether findings without weight are made too, which is
    /// slower. Parameters blocklists and geo: nil for none. Parameter models: what `model-outlier` judges by. Parameter
    /// calibration: what evidence is worth, which the settings only name. Parameter preview: a suppression to be tried
    /// without hiding anything. Parameter onFinding: is given every finding as it is made, and how its subject stands with
    /// it; nil for a finding without weight. Findings that a suppression hides are left out.
    public init(
        settings: Settings, blocklists: BlocklistTable? = nil, geo: GeoDatabase? = nil, models: [TrainedModel] = [],
        calibration: Calibration = Calibration(), takesAll: Bool = false, preview: SuppressionRule? = nil,
        onFinding: ((Finding, Ensemble.Standing?) -> Void)? = nil
    ) {
        precondition(settings.outOfRange == nil, "settings are checked before they are used")
        self.settings = settings
        self.blocklists = blocklists
        self.geo = geo
        self.onFinding = onFinding
        windowLength = Int64(settings.windowSeconds * 1e9)
        clock = EventClock(window: windowLength)
        windows = OpenWindows(length: windowLength)
        tables = FlowTables(hosts: settings.limits.hosts, pairs: settings.limits.pairs)
        if let blocklists { tables.listings = HostListings(feeds: blocklists.feeds) }
        var running = settings.detectors
        // It has nothing to do then, but a memory.
        if geo == nil { running.enable(.newCountry, false) }
        detectors = DetectorCrew(
            running, models: models, takesAll: takesAll,
            isParallel: ProcessInfo.processInfo.activeProcessorCount > 1)
        ensemble = Ensemble(settings.ensemble, calibration: calibration)
        suppressions = Suppressions(settings.suppressions.compactMap { try? SuppressionRule($0) })
        self.preview = preview.map { (Suppressions([$0]), Ensemble(settings.ensemble, calibration: calibration)) }
        let networks = settings.homeNetworks.compactMap { Network($0) }
        if !networks.isEmpty { home = HomeNetworks(networks: networks) }
    }

    /// Takes a batch through. Parameter order: in which its flows come. Parameter delay: how much later than that,
    /// nanoseconds. Parameter names: what their ids point into.
    public mutating func process(_ batch: inout FlowBatch, order: FlowOrder, delay: Int64 = 0, names: FlowNames) {
        tables.learnGroups(names.groups)
        suppressions.learnGroups(names.groups)
        preview?.rule.learnGroups(names.groups)
        guard home == nil else {
            run(&batch.flows, order: order, delay: delay)
            return
        }
        waiting.append(contentsOf: batch.flows)
        waitingOrder = order
        waitingDelay = delay
        if waiting.count >= Self.inferenceFlows { decideHome() }
    }

    /// Closes every window and says what is still to be said.
    public mutating func finish() {
        if home == nil { decideHome() }
        while clock.believeHeld() { release() }
        close(upTo: Timestamp(nanoseconds: .max))
        detectors.finish(tables: tables)
        drain()
    }

    private mutating func decideHome() {
        let sample = waiting.prefix(Self.inferenceFlows)
        let inferred = HomeNetworks.infer(from: Array(sample).span)
        inferredHome = inferred?.description
        home = HomeNetworks(networks: inferred.map { [$0] } ?? [])
        var flows = waiting
        waiting = []
        run(&flows, order: waitingOrder, delay: waitingDelay)
    }

    /// Whether an address is ours, once home is known.
    public func isHome(_ address: IPAddress) -> Bool { home?.isHome(address) ?? false }

    /// The network taken for home because the settings name none and hardly any address is private.
    public private(set) var inferredHome: String?

    private mutating func run(_ flows: inout [Flow], order: FlowOrder, delay: Int64) {
        switch order {
        case .byStart, .unsorted: clock.follow(byEnd: false, lateness: delay)
        case .byEnd(let lateness):
            clock.follow(byEnd: true, lateness: lateness.addingClamped(delay))
        }
        home?.enrich(&flows)
        step(&flows)
    }

    private mutating func step(_ flows: inout [Flow]) {
        var from = 0
        var index = 0
        while index < flows.count {
            switch clock.step(flows[index]) {
            case .pass:
                index += 1
            case .closeFirst(let moment):
                pass(&flows, from..<index)
                from = index
                close(upTo: moment)
                index += 1
            case .hold:
                pass(&flows, from..<index)
                held.append(flows[index])
                index += 1
                from = index
            case .holdAndRelease:
                pass(&flows, from..<index)
                held.append(flows[index])
                release()
                index += 1
                from = index
            case .refute:
                pass(&flows, from..<index)
                from = index
                passAhead()
            }
        }
        pass(&flows, from..<flows.count)
    }

    /// Takes the flows held back through the clock again, oldest first.
    private mutating func release() {
        var flows = held
        held = []
        flows.sort { $0.start < $1.start }
        step(&flows)
    }

    /// Lets flows dated into the future through: seen by detectors, but in no window.
    private mutating func passAhead() {
        var flows = held
        held = []
        aheadCount += flows.count
        intern(&flows, 0..<flows.count)
        detectors.observe(flows.span, tables: tables)
        drain()
    }

    private mutating func pass(_ flows: inout [Flow], _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        intern(&flows, range)
        if firstStart == nil { firstStart = flows[range.lowerBound].start }
        let last = flows[range.upperBound - 1].start
        lastStart = max(lastStart ?? last, last)
        detectors.observe(flows.span.extracting(range), tables: tables) {
            windows.add($0, closedUpTo: closedUpTo)
        }
        drain()
    }

    private mutating func intern(_ flows: inout [Flow], _ range: Range<Int>) {
        flowCount += range.count
        var span = flows.mutableSpan
        // Three short loops, not one long: a core then waits for several cache lines at a time.
        for index in range { duplicates.add(span[index]) }
        for index in range {
            span[index].sourceHost = tables.hosts.intern(span[index].source)
            span[index].destinationHost = tables.hosts.intern(span[index].destination)
        }
        for index in range {
            span[index].pair = tables.pairs.intern(span[index].sourceHost, span[index].destinationHost)
        }
        blocklists?.enrich(&flows, range, &tables.listings)
        geo?.locate(flows.span, range, &tables.places)
    }

    private mutating func close(upTo moment: Timestamp) {
        while let window = windows.popFirst(endingBy: moment) {
            windowCount += 1
            detectors.endWindow(window, tables: tables)
            drain()
            windows.recycle(window)
        }
        closedUpTo = max(closedUpTo, moment)
        tables.hosts.now &+= 1
        letGo()
    }

    /// Makes room in the host table: the least recently seen hosts go, but not those that are most likely the source of an
    /// incident. What was found about a host that goes stays with the ensemble, which knows it by its address.
    private mutating func letGo() {
        let limit = Double(settings.limits.hosts)
        guard Double(tables.hosts.count) > limit * Self.fullShare else { return }
        var kept = windows.hosts
        let subjects = ensemble.subjects.compactMap { tables.hosts.find($0) }
        for host in subjects.prefix(Int(limit * Self.subjectShare)) { kept.insert(host) }
        let gone = tables.hosts.forgetLeastRecent(keeping: kept, target: Int(limit * Self.targetShare))
        guard gone.count > 0 else { return }
        forgottenCount += gone.count
        forgottenSubjectCount += subjects.count { gone.contains($0) }
        detectors.forget(gone, tables: tables)
        tables.listings.forget(gone)
        tables.places.forget(gone)
        tables.pairs.forget(gone)
    }

    private mutating func drain() {
        detectors.drain { finding in
            guard !suppressions.hides(finding) else { return }
            let standing = ensemble.add(finding)
            onFinding?(finding, standing)
            if preview?.rule.hides(finding) == false { preview?.ensemble.add(finding) }
        }
    }

    /// Each host that something was found about, however weak, with the evidence of each detector at its worst moment.
    public var worstMoments: [(incident: Incident, evidence: [DetectorName: Double])] { ensemble.worstMoments }

    /// The incidents so far, worst first, and how many hosts stay below the least probability.
    public func incidents() -> (listed: [Incident], weakerCount: Int) {
        let incidents = ensemble.incidents()
        guard let geo, let home else { return incidents }
        return (incidents.listed.map { geo.located($0, home: home) }, incidents.weakerCount)
    }

    /// What a suppression tried without hiding anything would have hidden, how much it would have, had it not expired,
    /// and the incidents there would be with it.
    public var previewed: (hidden: [DetectorName: Int], expired: Int, incidents: [Incident])? {
        preview.map { ($0.rule.hidden, $0.rule.expiredCount, $0.ensemble.incidents().listed) }
    }

    /// What was processed so far.
    public var report: PipelineReport {
        PipelineReport(
            flows: flowCount, windows: windowCount, late: windows.lateCount, ahead: aheadCount,
            duplicates: duplicates.count, hosts: tables.hosts.count, unlistedHosts: tables.hosts.unlistedCount,
            forgottenHosts: forgottenCount, forgottenSubjects: forgottenSubjectCount,
            unlistedPairs: tables.pairs.unlistedCount,
            windowOverflow: windows.overflowCount, findings: detectors.counts, findingOverflow: ensemble.overflowCount,
            detectorOverflow: detectors.overflow,
            suppressions: suppressions.report(now: lastStart), damagedPlaces: geo?.damagedCount ?? 0,
            silentGeoFiles: geo?.silentKinds ?? [],
            firstStart: firstStart, lastStart: lastStart)
    }
}
