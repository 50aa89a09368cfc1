public import FlowDetect
import FlowFeatures
public import FlowModel

/// One detector with the tables it reads, fed as the engine feeds it.
public struct DetectorRun<Watcher: Detector> {
    /// The detector.
    public var detector: Watcher
    /// The tables that ids of the flows index.
    public var tables: FlowTables
    /// What it found.
    public var sink = FindingSink(takesAll: true)
    private let closesWindows: Bool

    /// A run at its start. Parameter closesWindows: whether the detector is shown a window after each ten seconds; what
    /// the network teaches goes on by windows in any case.
    public init(_ detector: Watcher, hosts: Int = 10_000, pairs: Int = 100_000, closesWindows: Bool = true) {
        self.detector = detector
        tables = FlowTables(hosts: hosts, pairs: pairs)
        self.closesWindows = closesWindows
    }

    /// What was found so far.
    public var findings: [Finding] { sink.findings }

    /// Shows flows in batches of a size.
    public mutating func show(_ flows: [Flow], batch: Int = .max) {
        let length: Int64 = 10_000_000_000
        var from = 0
        while from < flows.count {
            let number = EventClock.floor(flows[from].start.nanoseconds, to: length)
            var known = Array(
                flows[from...].prefix { EventClock.floor($0.start.nanoseconds, to: length) == number })
            from += known.count
            tables.intern(&known, known.indices)
            let start = Timestamp(nanoseconds: number)
            var window = PairWindow(window: Window(start: start, end: start.advanced(by: length)))
            var seen = 0
            while seen < known.count {
                let slice = Array(known[seen...].prefix(batch))
                window.add(slice.span)
                observe(slice)
                seen += slice.count
            }
            endWindow(window)
        }
    }

    /// Shows flows that have their ids.
    public mutating func observe(_ flows: [Flow]) {
        sink.beginFlows()
        detector.observe(flows.span, tables: tables, findings: &sink)
        sink.endFlows()
    }

    /// Lets go of hosts, as the engine does before it gives their ids to others.
    public mutating func forget(_ addresses: IPAddress...) {
        var gone = HostSet()
        for address in addresses {
            if let host = tables.hosts.find(HostKey(address)) { gone.insert(host) }
        }
        detector.forget(gone, tables: tables)
        tables.forget(gone)
    }

    /// Ends the input.
    public mutating func finish() { detector.lookAgain(at: .endOfTime, tables: tables, findings: &sink) }

    private mutating func endWindow(_ window: PairWindow) {
        if closesWindows { detector.endWindow(window, tables: tables, findings: &sink) }
        tables.network.endWindow(sink.lessons)
        sink.lessons = NetworkLessons()
    }
}

/// What a detector says of flows, handed to it in batches of a size, without windows and without an end.
public func findings(of detector: some Detector, in flows: [Flow], batch: Int = .max) -> [Finding] {
    var run = DetectorRun(detector, closesWindows: false)
    run.show(flows, batch: batch)
    return run.findings
}

/// What a detector says of flows in the order of time, with a window closed after each ten seconds, and an end.
public func findingsByWindow(of detector: some Detector, in flows: [Flow], batch: Int = .max) -> [Finding] {
    var run = DetectorRun(detector)
    run.show(flows, batch: batch)
    run.finish()
    return run.findings
}

extension [Finding] {
    /// The evidence of all together, in nats.
    public var evidence: Double { reduce(0) { $0 + $1.evidence } }
}

extension FlowTables {
    /// Gives ids to the ends and the pair of a flow.
    public mutating func intern(_ flow: inout Flow) {
        var flows = [flow]
        intern(&flows, 0..<1)
        flow = flows[0]
    }
}
