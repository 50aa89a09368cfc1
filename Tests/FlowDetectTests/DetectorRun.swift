import FlowDetect
import FlowFeatures
import FlowModel

/// What a detector says of flows, handed to it in batches of a size.
func findings(of detector: some Detector, in flows: [Flow], batch: Int = .max) -> [Finding] {
    var detector = detector
    var tables = FlowTables(hosts: 10_000, pairs: 1000)
    var sink = FindingSink(takesAll: true)
    var known = flows
    for index in known.indices {
        known[index].sourceHost = tables.hosts.intern(known[index].source)
        known[index].destinationHost = tables.hosts.intern(known[index].destination)
        known[index].pair = tables.pairs.intern(known[index].sourceHost, known[index].destinationHost)
    }
    var from = 0
    while from < known.count {
        let slice = Array(known[from...].prefix(batch))
        sink.beginFlows()
        detector.observe(slice.span, tables: tables, findings: &sink)
        sink.endFlows()
        from += slice.count
    }
    return sink.findings
}

/// What a detector says of flows in the order of time, with a window closed after each ten seconds.
func findingsByWindow(of detector: some Detector, in flows: [Flow], batch: Int = .max) -> [Finding] {
    var detector = detector
    var tables = FlowTables(hosts: 10_000, pairs: 100_000)
    var sink = FindingSink(takesAll: true)
    let length: Int64 = 10_000_000_000
    var from = 0
    while from < flows.count {
        let number = flows[from].start.nanoseconds / length
        var known = Array(flows[from...].prefix { $0.start.nanoseconds / length == number })
        from += known.count
        for index in known.indices {
            known[index].sourceHost = tables.hosts.intern(known[index].source)
            known[index].destinationHost = tables.hosts.intern(known[index].destination)
            known[index].pair = tables.pairs.intern(known[index].sourceHost, known[index].destinationHost)
        }
        let start = Timestamp(nanoseconds: number * length)
        var window = PairWindow(window: Window(start: start, end: start.advanced(by: length)))
        var seen = 0
        while seen < known.count {
            let slice = Array(known[seen...].prefix(batch))
            window.add(slice.span)
            sink.beginFlows()
            detector.observe(slice.span, tables: tables, findings: &sink)
            sink.endFlows()
            seen += slice.count
        }
        detector.endWindow(window, tables: tables, findings: &sink)
    }
    detector.finish(tables: tables, findings: &sink)
    return sink.findings
}
