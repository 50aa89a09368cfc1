import FlowDetect
import FlowEnrich
import FlowFeatures
import FlowIncidents
public import FlowModel
import FlowSettings

/// Flows in, findings and incidents out; for a file and for a socket. No I/O, and no clock but that of the flows.
///
/// What comes out depends on the flows of each origin, the order in which they are taken and the ticks alone, not on how
/// flows are cut into batches, nor on threads. One caller; inside, the crew of threads that shares the detectors meets
/// before a call returns. Its stages: preparation, home, ordering, interning, detection, incidents.
public struct DetectionEngine: ~Copyable {
    private var preparation: FlowPreparation
    private var home: HomeStage
    private var ordering: OrderingStage
    var interning: InterningStage
    var detection: DetectionStage
    private var incidents: IncidentStage
    /// Origins that ended while their flows wait for home to be known.
    private var ended: [OriginID] = []
    private var firstStart: Timestamp?
    private var lastStart: Timestamp?

    /// An engine at the start of its input. Parameter plan: with settings of which nothing is out of range.
    public init(_ plan: EnginePlan) {
        precondition(plan.settings.outOfRange == nil, "settings are checked before they are used")
        let windowLength = Int64(plan.settings.windowSeconds * 1e9)
        preparation = FlowPreparation(filter: plan.filter, sites: SiteMap(plan.settings.sites))
        home = HomeStage(plan.settings.homeNetworks.compactMap { Network($0) })
        ordering = OrderingStage(window: windowLength)
        interning = InterningStage(plan)
        detection = DetectionStage(plan, windowLength: windowLength)
        incidents = IncidentStage(plan)
    }

    /// Takes up origins before their first flow: an origin's id is the number of those taken up before it.
    public mutating func register(_ origins: [FlowOrigin]) {
        for origin in origins { preparation.register(origin) }
        for origin in origins { ordering.register(origin, delay: preparation.delay) }
    }

    /// Takes a batch through; its flows are then those that preparation made of them.
    public mutating func take(_ batch: inout FlowBatch, into output: inout EngineOutput) {
        interning.tables.learn(batch.dictionary)
        preparation.process(&batch)
        ended.append(contentsOf: batch.ended)
        if home.networks == nil {
            guard var ready = home.take(batch.flows) else { return }
            run(&ready, into: &output)
        } else {
            home.mark(&batch.flows)
            run(&batch.flows, into: &output)
        }
        // Flows that wait for their reverse may be of an origin that has ended.
        if preparation.pairing == nil { for origin in ended { ordering.end(origin) } }
        ended.removeAll(keepingCapacity: true)
    }

    /// Brings event time forward where no flow does: a live run's tick, or, with the end of all time, the end of the input:
    /// then every window closes, and all is said that is still to be said. Parameter batch: its flows are then those that
    /// were waiting for their reverse.
    public mutating func advance(to moment: Timestamp, _ batch: inout FlowBatch, into output: inout EngineOutput) {
        let isEnd = moment == .endOfTime
        if isEnd {
            preparation.finish(&batch)
        } else {
            batch.flows.removeAll(keepingCapacity: true)
        }
        if home.networks == nil {
            // A tick decides nothing: the flows that tell home are still to come.
            guard var ready = home.take(batch.flows) ?? (isEnd ? home.decide() : nil) else { return }
            run(&ready, into: &output)
        } else {
            home.mark(&batch.flows)
            run(&batch.flows, into: &output)
        }
        if isEnd { while var held = ordering.releaseAll() { run(&held, into: &output) } }
        close(upTo: ordering.advance(to: moment), into: &output)
    }

    private mutating func run(_ flows: inout [Flow], into output: inout EngineOutput) {
        var from = 0
        var index = 0
        while index < flows.count {
            if ordering.passes(flows[index]) {
                index += 1
                continue
            }
            let flow = flows[index]
            switch ordering.step(flow) {
            case .pass:
                index += 1
                continue
            case .closeFirst(let moment):
                pass(&flows, from..<index, into: &output)
                from = index
                close(upTo: moment, into: &output)
                index += 1
            case .hold:
                pass(&flows, from..<index, into: &output)
                index += 1
                from = index
            case .holdAndRelease:
                pass(&flows, from..<index, into: &output)
                var released = ordering.release(with: flow)
                run(&released, into: &output)
                index += 1
                from = index
            case .refute:
                pass(&flows, from..<index, into: &output)
                from = index
                passAhead(ordering.refute(with: flow), into: &output)
            }
        }
        pass(&flows, from..<flows.count, into: &output)
    }

    /// Shows flows to the detectors.
    private mutating func pass(_ flows: inout [Flow], _ range: Range<Int>, into output: inout EngineOutput) {
        guard !range.isEmpty else { return }
        interning.intern(&flows, range)
        if firstStart == nil { firstStart = flows[range.lowerBound].start }
        var last = lastStart ?? flows[range.lowerBound].start
        for index in range { last = max(last, flows[index].start) }
        lastStart = last
        detection.observe(flows.span.extracting(range), tables: interning.tables)
        drain(into: &output)
    }

    /// Lets flows dated into the future through: seen by detectors, but in no window.
    private mutating func passAhead(_ flows: [Flow], into output: inout EngineOutput) {
        var flows = flows
        interning.intern(&flows, flows.indices)
        detection.observeAhead(flows.span, tables: interning.tables)
        drain(into: &output)
    }

    private mutating func close(upTo moment: Timestamp, into output: inout EngineOutput) {
        while detection.closeWindow(endingBy: moment, tables: interning.tables) {
            drain(into: &output)
        }
        // Event time has come a window further, however long windows wait for late flows.
        interning.tables.network.endWindow(detection.detectors.takeLessons())
        if detection.lookAgain(at: moment, tables: interning.tables) { drain(into: &output) }
        interning.tables.hosts.now &+= 1
        guard
            let gone = interning.letGo(
                keeping: { detection.busyHosts }, subjects: { incidents.ensemble.subjects })
        else { return }
        detection.detectors.forget(gone, tables: interning.tables)
        interning.forget(gone)
    }

    private mutating func drain(into output: inout EngineOutput) {
        detection.detectors.drain { incidents.take($0, into: &output) }
    }
}

/// What is known so far.
extension DetectionEngine {
    /// Whether an address is ours, once home is known.
    public func isHome(_ address: IPAddress) -> Bool { home.networks?.isHome(address) ?? false }

    /// The network taken for home because the settings name none and hardly any address is private.
    public var inferredHome: String? { home.inferred }

    /// Flows joined of one-way records, and what the filter left out.
    public var prepared: FlowPreparation { preparation }

    /// Each host that something was found about, however weak, with the evidence of each detector at its worst moment.
    public var worstMoments: [(incident: Incident, evidence: [DetectorName: Double])] {
        incidents.ensemble.worstMoments
    }

    /// The incidents so far, worst first, and how many hosts stay below the least probability.
    public var ranked: (listed: [Incident], weakerCount: Int) {
        let ranked = incidents.ranked
        guard let geo = interning.geo, let home = home.networks else { return ranked }
        return (ranked.listed.map { geo.located($0, home: home) }, ranked.weakerCount)
    }

    /// What a suppression tried without hiding anything would have hidden, how much it would have, had it not expired,
    /// and the incidents there would be with it.
    public var previewed: (hidden: [DetectorName: Int], expired: Int, incidents: [Incident])? { incidents.previewed }

    /// What was processed so far.
    public var report: EngineReport {
        EngineReport(
            flows: interning.flowCount, windows: detection.windowCount, late: detection.lateCount,
            ahead: ordering.aheadCount, duplicates: interning.duplicateCount, hosts: interning.tables.hosts.count,
            unlistedHosts: interning.tables.hosts.unlistedCount, forgottenHosts: interning.forgottenCount,
            forgottenSubjects: interning.forgottenSubjectCount,
            unlistedPairs: interning.tables.pairs.unlistedCount, windowOverflow: detection.overflowCount,
            findings: detection.detectors.counts, findingOverflow: incidents.ensemble.overflowCount,
            detectorOverflow: detection.detectors.overflow,
            suppressions: incidents.suppressionReport(now: lastStart),
            damagedPlaces: interning.geo?.damagedCount ?? 0, silentGeoFiles: interning.geo?.silentKinds ?? [],
            firstStart: firstStart, lastStart: lastStart)
    }
}
