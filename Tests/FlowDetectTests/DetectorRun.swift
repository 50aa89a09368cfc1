import FlowDetect
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
        detector.observe(slice.span, tables: tables, findings: &sink)
        from += slice.count
    }
    return sink.findings
}
