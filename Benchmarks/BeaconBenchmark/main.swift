// Measures beaconing on made intervals: BeaconBenchmark prints the share of beacons found, by calls, jitter and misses,
// beside RITA 5's score; BeaconBenchmark null prints how high the evidence of Poisson processes gets, by intervals, and
// how many Poisson pairs of 12 to 200 calls the detector names.
import FlowDetect
import FlowEvaluation
import FlowMath
import FlowModel
import Foundation

/// Times of so many calls of a beacon: each a period and a jitter after the last, some missed.
func beacon(_ calls: Int, period: Double, jitter: Double, miss: Double, _ random: inout SeededGenerator) -> [Double] {
    var times: [Double] = []
    var now = 0.0
    while times.count < calls {
        now += period * (1 + jitter * (2 * random.unit() - 1))
        if random.unit() >= miss { times.append(now) }
    }
    return times
}

func poisson(_ calls: Int, mean: Double, _ random: inout SeededGenerator) -> [Double] {
    var now = 0.0
    return (0..<calls).map { _ in
        now -= mean * log(1 - random.unit())
        return now
    }
}

/// What the detector says of the calls of one pair.
func findings(_ times: [Double]) -> [Finding] {
    var detector = BeaconingDetector()
    var tables = FlowTables(hosts: 8, pairs: 8)
    var sink = FindingSink(takesAll: true)
    var flows = times.enumerated().map { number, time in
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001), destination: IPAddress(v4: 0x2d00_0001),
            start: Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(time * 1e9)), transport: .tcp,
            state: .closed, sourcePort: UInt16(32_768 + number % 20_000), destinationPort: 443, bytesSent: 300,
            bytesReceived: 200)
        flow.traits = .sourceIsHome
        return flow
    }
    tables.intern(&flows, flows.indices)
    detector.observe(flows.span, tables: tables, findings: &sink)
    detector.lookAgain(at: .endOfTime, tables: tables, findings: &sink)
    return sink.findings
}

/// RITA's score over a day of calls of one size.
func rita(_ times: [Double]) -> Double {
    RITABeacon.score(times: times, bytes: times.map { _ in 300 }, from: 0, to: 86_400) ?? 0
}

func text(_ value: Double, _ decimals: Int = 2) -> String { String(format: "%.\(decimals)f", value) }

/// Prints how many Poisson pairs of all sizes and rates are named.
func printPoisson(_ rounds: Int) {
    var random = SeededGenerator(seed: 42)
    var named: [Int: Int] = [:]
    for _ in 0..<rounds {
        let calls = 12 + random.below(189)
        // Means of 3 s to 3 h.
        let times = poisson(calls, mean: 3 * pow(3600, random.unit()), &random)
        if let first = findings(times).first, let beacon = first.reason as? BeaconingReason {
            named[beacon.calls, default: 0] += 1
        }
    }
    let total = named.values.reduce(0, +)
    print(
        "\n\(total) of \(rounds) Poisson pairs named (\(text(Double(total) / Double(rounds) * 100, 3)) %), by calls then: "
            + named.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))
}

if CommandLine.arguments.dropFirst().first == "null" {
    let rounds = Int(CommandLine.arguments.dropFirst(2).first ?? "") ?? 100_000
    print("| intervals | 1 in 100 | 1 in 1,000 | 3 in 10,000 | 1 in 10,000 |\n|---|---|---|---|---|")
    for count in [7, 8, 9, 10, 11, 13, 15, 17, 18, 20, 23, 27, 32, 40, 47, 63] {
        var random = SeededGenerator(seed: UInt64(count))
        var scratch: [Double] = []
        var evidence = (0..<rounds).map { _ -> Double in
            let times = poisson(count + 1, mean: 100, &random)
            let intervals = zip(times, times.dropFirst()).map { $1 - $0 }
            return Periodicity(intervals, deadTime: 0, atLeast: 0, scratch: &scratch)?.evidence ?? -1
        }
        evidence.sort(by: >)
        let high = [0.01, 0.001, 0.0003, 0.0001].map { text(evidence[Int($0 * Double(rounds))]) }
        print("| \(count) | \(high.joined(separator: " | ")) |")
    }
    printPoisson(rounds)
} else {
    let rounds = Int(CommandLine.arguments.dropFirst().first ?? "") ?? 1000
    print("Share found; share of the periods within 5 %; RITA 5's mean score, with time alone known, over 24 h.\n")
    print("| calls | jitter | missed | found | period right | RITA |\n|---|---|---|---|---|---|")
    for calls in [12, 24, 50] {
        for (jitter, miss) in [
            (0, 0), (0.1, 0), (0.1, 0.1), (0.1, 0.5), (0.2, 0.1), (0.2, 0.3), (0.4, 0.1), (0.4, 0.3), (0.4, 0.5),
            (0.6, 0.1), (0.6, 0.3), (0.6, 0.5), (0.8, 0.1), (0.8, 0.3), (0.8, 0.5),
        ] as [(Double, Double)] {
            var random = SeededGenerator(seed: 7)
            var found = 0
            var right = 0
            var score = 0.0
            for _ in 0..<rounds {
                let times = beacon(calls, period: 60, jitter: jitter, miss: miss, &random)
                score += rita(times) / Double(rounds)
                guard let beacon = findings(times).last?.reason as? BeaconingReason else { continue }
                found += 1
                if abs(beacon.period / 60 - 1) <= 0.05 { right += 1 }
            }
            print(
                "| \(calls) | ±\(text(jitter * 100, 0)) % | \(text(miss * 100, 0)) % | "
                    + "\(text(Double(found) / Double(rounds))) | \(text(Double(right) / Double(max(1, found)))) | "
                    + "\(text(score)) |")
        }
    }
    var random = SeededGenerator(seed: 9)
    let scores = (0..<rounds).map { _ in rita(poisson(50, mean: 60, &random)) }
    let day = (0..<rounds).map { _ in rita(poisson(500, mean: 172, &random)) }
    print(
        "\nRITA of Poisson pairs: 50 calls a minute apart \(text(scores.reduce(0, +) / Double(rounds))), ",
        terminator: "")
    print("500 over a day \(text(day.reduce(0, +) / Double(rounds))); it alerts from 0.5.")
    printPoisson(rounds * 20)
}
