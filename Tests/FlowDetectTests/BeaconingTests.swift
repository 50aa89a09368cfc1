import FlowDetect
import FlowMath
import FlowModel
import FlowTestKit
import Testing

/// Times of calls.
extension SeededGenerator {
    /// So many calls, each a period and a jitter after the last, some missed.
    fileprivate mutating func beacon(_ calls: Int, period: Double, jitter: Double, missed: Double) -> [Double] {
        var times: [Double] = []
        var now = 0.0
        while times.count < calls {
            now += period * (1 + jitter * (2 * unit() - 1))
            if unit() >= missed { times.append(now) }
        }
        return times
    }

    /// So many calls of a Poisson process.
    fileprivate mutating func poisson(_ calls: Int, mean: Double) -> [Double] {
        var now = 0.0
        return (0..<calls).map { _ in
            now += mean * -logarithm(1 - unit())
            return now
        }
    }
}

private let home = IPAddress(v4: 0x0a00_0001)
private let outside = IPAddress(v4: 0x2d00_0001)

/// Calls at times, in seconds, from a new port each.
func calls(
    _ times: [Double], to destination: IPAddress = outside, port: UInt16 = 443, transport: Transport = .tcp,
    _ change: (inout Flow) -> Void = { _ in }
) -> [Flow] {
    times.enumerated().map { number, time in
        var flow = Flow(
            source: home, destination: destination,
            start: Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(time * 1e9)), transport: transport,
            state: .closed, sourcePort: UInt16(32_768 + number % 20_000), destinationPort: port, bytesSent: 300,
            bytesReceived: 200)
        flow.traits = .sourceIsHome
        change(&flow)
        return flow
    }
}

/// What the detector says of flows, given to it in batches of so many.
func beacons(
    _ flows: [Flow], batch: Int = 4096, forgetting forgotten: Int? = nil
) -> [(finding: Finding, beacon: BeaconingReason)] {
    var run = DetectorRun(BeaconingDetector(), hosts: 1000, pairs: 1000)
    var start = 0
    while start < flows.count {
        run.show(Array(flows[start..<min(start + batch, flows.count)]))
        start += batch
        if let forgotten, start > forgotten, start - batch <= forgotten { run.forget(outside) }
    }
    run.finish()
    return run.findings.compactMap { finding in
        if let beacon = finding.reason as? BeaconingReason { (finding, beacon) } else { nil }
    }
}

@Test func `of Poisson pairs at most one in a thousand is named`() {
    var times = SeededGenerator(seed: 1)
    var named = 0
    for _ in 0..<40 {
        // Five hundred pairs after each other, to spare the tables.
        let flows = (0..<500).flatMap { number in
            let count = 12 + times.below(189)
            let mean = [5.0, 60, 3600][number % 3]
            return calls(times.poisson(count, mean: mean), to: IPAddress(v4: 0x2d00_0001 + UInt32(number)))
        }
        named += Set(beacons(flows).map(\.finding.peer)).count
    }
    #expect(named <= 20)
}

@Test(arguments: [
    (12, 0.4, 0.1), (12, 0.2, 0.3), (24, 0.4, 0.3), (24, 0.6, 0.1), (50, 0.1, 0.5), (50, 0.4, 0.5), (50, 0.6, 0.5),
    (50, 0.8, 0.1), (50, 0.8, 0.3),
])
func `nine of ten beacons are found`(count: Int, jitter: Double, missed: Double) {
    var times = SeededGenerator(seed: 2)
    let found = (0..<100).count { _ in
        !beacons(calls(times.beacon(count, period: 60, jitter: jitter, missed: missed))).isEmpty
    }
    // A hundred are 3 points off by luck: two of these below 90. BeaconBenchmark measures the shares themselves.
    #expect(found >= 84, "\(found) of 100")
}

@Test(arguments: [(12, 0.1), (24, 0.2), (50, 0.4)])
func `the period is right within a twentieth`(count: Int, jitter: Double) {
    var times = SeededGenerator(seed: 3)
    var right = 0
    var found = 0
    for _ in 0..<60 {
        guard let last = beacons(calls(times.beacon(count, period: 300, jitter: jitter, missed: 0.1))).last else {
            continue
        }
        found += 1
        right += abs(last.beacon.period / 300 - 1) <= 0.05 ? 1 : 0
    }
    #expect(found >= 54 && right * 10 >= found * 9, "\(right) of \(found)")
}

@Test func `jitter and misses are told`() throws {
    var times = SeededGenerator(seed: 4)
    let beacon = try #require(beacons(calls(times.beacon(64, period: 60, jitter: 0.2, missed: 0.25))).last).beacon
    #expect(abs(beacon.jitter - 0.2) < 0.06)
    #expect(abs(beacon.missed - 0.25) < 0.12)
    #expect(beacon.calls == 64)
}

@Test func `two periods in turn, pairs of calls, and six hours are clocks`() throws {
    let turns = (0..<15).flatMap { [Double($0 * 23), Double($0 * 23 + 9)] }
    #expect(!beacons(calls(turns)).isEmpty)
    let pairs = (0..<20).flatMap { [Double($0 * 600), Double($0 * 600 + 4)] }
    let paired = try #require(beacons(calls(pairs)).last).beacon
    #expect(abs(paired.period / 600 - 1) < 0.05 && paired.calls == 20)
    let days = try #require(beacons(calls((0..<12).map { Double($0) * 21_600 })).last).beacon
    #expect(abs(days.period / 21_600 - 1) < 0.05)
}

@Test func `bursts of pages are no clock`() {
    var times = SeededGenerator(seed: 5)
    var named = 0
    for _ in 0..<500 {
        var list: [Double] = []
        for page in times.poisson(20, mean: 900) {
            for _ in 0...times.below(8) { list.append(page + 30 * times.unit()) }
        }
        named += beacons(calls(list.sorted())).isEmpty ? 0 : 1
    }
    #expect(named <= 1)
}

@Test(arguments: [60, 300, 3600] as [Int64])
func `slices of one long flow are none, nor of two at once`(length: Int64) {
    for connections in [1, 2] {
        let times = (0..<(40 * connections)).map {
            Double($0 / connections) * Double(length) + Double($0 % connections)
        }
        let flows = calls(times) { $0.duration = length * 1_000_000_000 - 40_000_000 }
        let sliced = flows.enumerated().map { number, flow in
            var flow = flow
            flow.sourcePort = UInt16(50_000 + number % connections)
            return flow
        }
        #expect(beacons(sliced).isEmpty)
    }
}

@Test func `time, names, mail, inside and everyone are polled by the clock everywhere`() {
    let clock = (0..<40).map { Double($0) * 64 }
    for port in [53, 123, 161] as [UInt16] { #expect(beacons(calls(clock, port: port, transport: .udp)).isEmpty) }
    for port in [25, 110, 143, 993, 995] as [UInt16] { #expect(beacons(calls(clock, port: port)).isEmpty) }
    for text in ["10.0.0.9", "224.0.0.251", "255.255.255.255", "ff02::fb", "169.254.1.1"] {
        #expect(beacons(calls(clock, to: IPAddress(text) ?? .unspecified)).isEmpty)
    }
    #expect(beacons(calls(clock) { $0.traits = [.sourceIsHome, .destinationIsHome] }).isEmpty)
    #expect(beacons(calls(clock) { $0.traits.insert(.isMidstream) }).isEmpty)
    #expect(!beacons(calls(clock)).isEmpty)
}

@Test func `a clock alone is at most medium, less where many call, least where many are silent`() throws {
    let clock = (0..<200).map { Double($0) * 60 }
    let one = try #require(beacons(calls(clock, port: 449)).map(\.finding.evidence).max())
    #expect(one > 7 && one < 8.3)
    let popular = (0..<64).flatMap { host in
        calls([Double(host)]) { $0.source = IPAddress(v4: 0x0a00_0100 + UInt32(host)) }
    }
    let common = try #require(beacons(popular + calls(clock.map { $0 + 100 })).map(\.finding.evidence).max())
    #expect(common < one - 4)
    var silent: [Flow] = []
    for peer in 0..<30 {
        silent += calls(clock.map { $0 + Double(peer) }, to: IPAddress(v4: 0x2d00_0100 + UInt32(peer)), port: 6881) {
            $0.state = .attempted
            $0.bytesReceived = 0
        }
    }
    silent.sort { $0.start < $1.start }
    let last = try #require(beacons(silent).last)
    #expect(last.finding.evidence <= 0.5 && last.beacon.unanswered == 1)
}

@Test func `findings get rarer as calls of an hour go on, and are finite`() {
    let found = beacons(calls((0..<2000).map { Double($0) * 1.8 }))
    #expect((2...12).contains(found.count))
    #expect(found.allSatisfy { $0.finding.score.isFinite && $0.finding.baseline.isFinite })
}

@Test func `what goes on is told again each half an hour, what stopped is not until it goes on again`() {
    // Doubled looks end at 768 calls, 12.8 h; told again within 30 min and a call of wherever it was told before.
    let day = (0..<1440).map { Double($0) * 60 }
    let ends = beacons(calls(day)).map {
        Double($0.finding.span.end.nanoseconds - calls([0])[0].start.nanoseconds) * 1e-9
    }
    #expect(zip(ends, ends.dropFirst()).allSatisfy { $1 - $0 <= 1860 })
    #expect((40...60).contains(ends.count))
    let stopped = (0..<100).map { Double($0) * 60 } + (0..<40).map { 80_000 + Double($0) * 60 }
    for found in beacons(calls(stopped)).dropLast() {
        let span = found.finding.span
        #expect(
            span.start.nanoseconds > 1_600_080_000_000_000_000 - 1 || span.end.nanoseconds < 1_600_010_000_000_000_000)
    }
}

@Test func `a host with many peers has a clock among them by habit`() throws {
    let clock = (0..<200).map { Double($0) * 60 }
    let peers = (0..<800).map { peer in calls([0.5], to: IPAddress(v4: 0x2d10_0000 + UInt32(peer)))[0] }
    let few = try #require(beacons(peers.dropLast(401) + calls(clock)).map(\.finding.evidence).max())
    let many = try #require(beacons(peers + calls(clock)).map(\.finding.evidence).max())
    // The clock's own makes 801 of 400.
    #expect(abs(few - many - logarithm(801 / 400)) < 1e-9)
}

@Test func `batches change nothing, nor does the order of near calls`() {
    var times = SeededGenerator(seed: 6)
    let list = times.beacon(60, period: 20, jitter: 0.5, missed: 0.1)
    let flows = calls(list)
    let whole = beacons(flows).map(\.finding)
    for size in [1, 7] { #expect(beacons(flows, batch: size).map(\.finding) == whole) }
    var swapped = flows
    for index in stride(from: 0, to: 58, by: 4) { swapped.swapAt(index, index + 1) }
    #expect(beacons(swapped).last?.beacon.period == whole.last.flatMap { _ in beacons(flows).last?.beacon.period })
}

@Test func `nothing is said of nothing, and what is forgotten begins anew`() {
    #expect(beacons([]).isEmpty)
    let flows = calls((0..<14).map { Double($0) * 60 })
    #expect(!beacons(flows).isEmpty)
    #expect(beacons(flows, batch: 7, forgetting: 6).isEmpty)
}

@Test func `times from everywhere trap nothing`() {
    let edges: [Int64] = [.min, .max, 0, -1, 1, 7_258_032_000_000_000_000, .min, .max]
    let flows = calls((0..<80).map { Double($0) * 60 }).enumerated().map { number, flow in
        var flow = flow
        if number % 3 == 0 { flow.start = Timestamp(nanoseconds: edges[number % edges.count]) }
        if number % 5 == 0 { flow.duration = .max }
        return flow
    }
    #expect(beacons(flows).allSatisfy { $0.finding.score.isFinite && $0.finding.evidence.isFinite })
}
