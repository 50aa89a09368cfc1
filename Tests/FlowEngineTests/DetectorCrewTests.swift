import FlowDetect
import FlowFeatures
import FlowModel
import FlowSimulation
import Testing

@testable import FlowEngine

/// A few busy minutes with five attacks on one host at once: many detectors speak in every batch.
private let busy: [Flow] = {
    var configuration = Simulator.Configuration()
    (configuration.seed, configuration.rate, configuration.seconds) = (11, 100, 120)
    let attacks = [
        "port-scan:targets=20,ports=4,rate=4,start=20s", "exfiltration:start=30s,duration=1m",
        "brute-force:start=20s,duration=90s", "lateral-movement:start=20s,duration=1m",
        "data-hoarding:start=20s,duration=1m",
    ]
    guard var simulator = try? Simulator(configuration, attacks: attacks.map { $0 + ",source=10.20.10.21" }) else {
        return []
    }
    var flows: [Flow] = []
    var second: [Flow] = []
    while simulator.next(into: &second) { flows += second }
    return flows
}()

/// What a crew finds in the flows, shown so many at a time, with a window closed after each 20 seconds.
private func found(in flows: [Flow], batch: Int, isParallel: Bool) -> [Finding] {
    let crew = DetectorCrew(DetectorSettings(), models: [], takesAll: true, isParallel: isParallel)
    var tables = FlowTables(hosts: 10_000, pairs: 100_000)
    var flows = flows
    for index in flows.indices {
        tables.intern(&flows, index..<index + 1)
        if flows[index].source.isPrivateOrLink { flows[index].traits.insert(.sourceIsHome) }
        if flows[index].destination.isPrivateOrLink { flows[index].traits.insert(.destinationIsHome) }
    }
    var found: [Finding] = []
    var rest = flows[...]
    while let first = rest.first {
        let end = first.start.advanced(by: 20_000_000_000)
        let cut = rest.firstIndex { $0.start >= end } ?? rest.endIndex
        var window = PairWindow(window: Window(start: first.start, end: end))
        while rest.startIndex < cut {
            let next = Array(rest[..<min(cut, rest.startIndex.addingClamped(batch))])
            window.add(next.span)
            crew.observe(next.span, tables: tables)
            crew.drain { found.append($0) }
            rest = rest.dropFirst(next.count)
        }
        crew.endWindow(window, tables: tables)
        crew.drain { found.append($0) }
    }
    crew.lookAgain(at: .endOfTime, tables: tables)
    crew.drain { found.append($0) }
    return found
}

@Test func `findings come in the order of their flows, for any batches, by one thread and by two`() {
    let whole = found(in: busy, batch: .max, isParallel: false)
    #expect(Set(whole.map(\.detector)).count > 5)
    for (batch, isParallel) in [(1, false), (7, false), (333, false), (333, true), (4096, true), (.max, true)] {
        #expect(found(in: busy, batch: batch, isParallel: isParallel) == whole, "\(batch), \(isParallel)")
    }
}
