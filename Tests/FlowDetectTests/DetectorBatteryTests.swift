import FlowDetect
import FlowFeatures
import FlowModel
import FlowState
import Testing

/// Flows of a few hosts with numbers as large and as small as they get.
private func extremes(_ count: Int, seed: UInt64) -> [Flow] {
    var state = seed
    func random(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
    let amounts: [UInt64] = [0, 1, 40, 60, 500, 2000, 100_000, 1 << 40, .max]
    let ports: [UInt16] = [0, 20, 21, 22, 53, 80, 443, 445, 3306, 3389, 50_000, .max]
    let times: [Int64] = [.min, .min + 1, -1, 0, 1_600_000_000_000_000_000, .max - 1, .max]
    return (0..<count).map { number in
        let isUsual = random(10) > 0
        let start = isUsual ? 1_600_000_000_000_000_000 + Int64(number) * 1_000_000 : times[random(times.count)]
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001 + UInt32(random(3))),
            destination: IPAddress(v4: 0x0a00_0005 + UInt32(random(3))),
            start: Timestamp(nanoseconds: start), duration: [0, 1, 5_000_000_000, .max][random(4)],
            transport: [.tcp, .tcp, .udp, .icmp, .unknown][random(5)],
            state: ConnectionState.allCases[random(ConnectionState.allCases.count)],
            sourcePort: ports[random(ports.count)], destinationPort: ports[random(ports.count)],
            bytesSent: amounts[random(amounts.count)], bytesReceived: amounts[random(amounts.count)],
            packetsSent: amounts[random(amounts.count)], packetsReceived: amounts[random(amounts.count)])
        flow.traits = FlowTraits(rawValue: UInt16(random(64)))
        return flow
    }
}

@Test(arguments: DetectorName.allCases)
func `no number stops a detector, and all it says is finite`(name: DetectorName) {
    var settings = DetectorSettings()
    for other in DetectorName.allCases { settings.enable(other, other == name) }
    var detectors = DetectorCatalog.make(settings)
    #expect(detectors.count == 1)
    var tables = FlowTables(hosts: 5, pairs: 8)
    var sink = FindingSink(takesAll: true)
    for round in 0..<20 {
        var flows = extremes(2000, seed: UInt64(round))
        var window = PairWindow(window: Window(start: Timestamp(seconds: 0), end: Timestamp(seconds: 1_600_000_000)))
        var seen = HostSet()
        for index in flows.indices {
            flows[index].sourceHost = tables.hosts.intern(flows[index].source)
            flows[index].destinationHost = tables.hosts.intern(flows[index].destination)
            flows[index].pair = tables.pairs.intern(flows[index].sourceHost, flows[index].destinationHost)
            if index % 700 == 0 { seen.insert(flows[index].sourceHost) }
        }
        window.add(flows.span)
        sink.beginFlows()
        detectors[0].observe(flows.span, tables: tables, findings: &sink)
        sink.endFlows()
        detectors[0].endWindow(window, tables: tables, findings: &sink)
        if round % 3 == 2 { detectors[0].forget(seen, tables: tables) }
    }
    detectors[0].finish(tables: tables, findings: &sink)
    #expect(sink.findings.allSatisfy { $0.score.isFinite && $0.baseline.isFinite && $0.evidence.isFinite })
    #expect(sink.findings.allSatisfy { $0.evidence >= 0 && $0.detector == name })
}

/// Ordinary and less ordinary traffic of a few hosts, in order: what the second half means depends on the first.
private func traffic(_ count: Int) -> [Flow] {
    (0..<count).map { number in
        let isCall = number % 5 == 0
        let isGuess = number % 5 == 1
        let isProbe = number % 5 == 2
        let isQuestion = number % 5 == 3
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001 + UInt32(number % 5)),
            destination: isCall
                ? IPAddress(v4: 0x2d00_0001 + UInt32(number % 3)) : IPAddress(v4: 0x0a00_0101 + UInt32(number % 40)),
            start: Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(number) * 700_000_000),
            duration: 300_000_000, transport: isQuestion ? .udp : .tcp, state: isProbe ? .attempted : .closed,
            sourcePort: UInt16(20_000 + number % 30_000),
            destinationPort: isCall ? 443 : isGuess ? 22 : isProbe ? UInt16(1 + number % 900) : isQuestion ? 53 : 445,
            bytesSent: number % 900 == 0 ? 90_000_000 : 2000 + UInt64(number % 7), bytesReceived: isProbe ? 0 : 3000,
            packetsSent: 12, packetsReceived: isProbe ? 0 : 14)
        flow.traits = isCall ? .sourceIsHome : [.sourceIsHome, .destinationIsHome]
        return flow
    }
}

/// Takes flows through a detector with everything a run does about them.
private struct Run {
    var detector: any Detector
    var tables = FlowTables(hosts: 1000, pairs: 10_000)
    var sink = FindingSink(takesAll: true)
    /// How many flows `observe` is given at a time.
    var batch = Int.max
    /// Everything found, with the number of the flow that made it among all flows; `.max` for none.
    var found: [FindingSink.Entry] = []
    private var passed = 0

    init(_ detector: any Detector, batch: Int = .max) {
        self.detector = detector
        self.batch = batch
    }

    /// Takes the flows of one window through.
    mutating func pass(_ flows: ArraySlice<Flow>) {
        var batch = Array(flows)
        for index in batch.indices {
            batch[index].sourceHost = tables.hosts.intern(batch[index].source)
            batch[index].destinationHost = tables.hosts.intern(batch[index].destination)
            batch[index].pair = tables.pairs.intern(batch[index].sourceHost, batch[index].destinationHost)
        }
        guard let first = batch.first, let last = batch.last else { return }
        var window = PairWindow(window: Window(start: first.start, end: last.start.advanced(by: 1)))
        window.add(batch.span)
        for start in stride(from: 0, to: batch.count, by: min(self.batch, batch.count)) {
            let end = min(batch.count, start.addingClamped(self.batch))
            sink.beginFlows()
            detector.observe(batch.span.extracting(start..<end), tables: tables, findings: &sink)
            sink.endFlows()
            drain()
            passed += end - start
        }
        detector.endWindow(window, tables: tables, findings: &sink)
        drain()
    }

    mutating func finish() {
        detector.finish(tables: tables, findings: &sink)
        drain()
    }

    private mutating func drain() {
        for var entry in sink.entries {
            if entry.flow != .max { entry.flow += passed }
            found.append(entry)
        }
        sink.removeAll()
    }
}

@Test(arguments: DetectorName.allCases)
func `a finding names the flow that made it, however batches are cut`(name: DetectorName) {
    var settings = DetectorSettings()
    for other in DetectorName.allCases { settings.enable(other, other == name) }
    for flows in [traffic(12_000), extremes(12_000, seed: 4)] {
        var whole = Run(DetectorCatalog.make(settings)[0])
        var cuts = [1, 7, 333].map { Run(DetectorCatalog.make(settings)[0], batch: $0) }
        for start in stride(from: 0, to: flows.count, by: 500) {
            whole.pass(flows[start..<start + 500])
            for cut in cuts.indices { cuts[cut].pass(flows[start..<start + 500]) }
        }
        whole.finish()
        let places = whole.found.map(\.flow)
        for cut in cuts.indices {
            cuts[cut].finish()
            #expect(cuts[cut].found.map(\.flow) == places)
            #expect(cuts[cut].found.map(\.finding) == whole.found.map(\.finding))
        }
    }
}

@Test(arguments: DetectorName.allCases)
func `a detector that was saved and restored goes on as if nothing had been`(name: DetectorName) throws {
    var settings = DetectorSettings()
    for other in DetectorName.allCases { settings.enable(other, other == name) }
    let flows = traffic(12_000)
    var first = Run(DetectorCatalog.make(settings)[0])
    for start in stride(from: 0, to: 6000, by: 500) { first.pass(flows[start..<start + 500]) }
    var saving = StateCarrier()
    try first.tables.carry(&saving)
    try first.detector.carry(&saving)
    first.found = []
    var second = Run(DetectorCatalog.make(settings)[0])
    var restoring = try StateCarrier(restoring: saving.finished)
    try second.tables.carry(&restoring)
    try second.detector.carry(&restoring)
    try restoring.expectEnd()
    for start in stride(from: 6000, to: 12_000, by: 500) {
        first.pass(flows[start..<start + 500])
        second.pass(flows[start..<start + 500])
    }
    first.finish()
    second.finish()
    #expect(first.found.map(\.finding) == second.found.map(\.finding))
    #expect(first.detector.overflowCount == second.detector.overflowCount)
}
