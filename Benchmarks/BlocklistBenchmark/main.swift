// Times the look-up in 200,000 networks of one family, on one core, and measures what they take of memory:
// BlocklistBenchmark fails above 100 ns a look-up or 50 MB.
import FlowEnrich
import FlowMath
import FlowModel
import Foundation

let networkCount = 200_000
let bar = (nanoseconds: 100.0, megabytes: 50.0)

var random = SeededGenerator(seed: 1)

/// An address of the crowded parts of the space, or anywhere in it.
@MainActor func address(isV4: Bool) -> IPAddress {
    if isV4 { return IPAddress(v4: UInt32(random.below(1 << 32))) }
    let blocks: [UInt64] = [0x2001, 0x2400, 0x2600, 0x2604, 0x2a01, 0x2a02, 0x2a0b, 0x2c0f]
    return IPAddress(high: blocks[random.below(8)] << 48 | (random.next() >> 32) << 16, low: random.next())
}

/// Resident memory in megabytes.
func residentMegabytes() -> Double {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return pages * 4096 / 1e6
}

var isAbove = false
for isV4 in [true, false] {
    let networks = (0..<networkCount).map { _ in
        Network(address(isV4: isV4), bits: isV4 ? 96 + 20 + random.below(13) : 32 + random.below(97))
            .description
    }
    let text = Array(networks.joined(separator: "\n").utf8)
    let before = residentMegabytes()
    let begin = DispatchTime.now().uptimeNanoseconds
    let feed = Feed(name: "all", confidence: 1, updated: Timestamp(seconds: 0), maximumAge: 1)
    let table = BlocklistTable([Blocklist(feed: feed, text: text.span)], home: [], allowed: [])
    let built = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e6
    let megabytes = residentMegabytes() - before
    // Every other one is on the list.
    let asked = (0..<1_000_000).map { number in
        number % 2 == 0
            ? address(isV4: isV4) : Network(networks[random.below(networkCount)])?.base ?? .unspecified
    }
    var best = Double.infinity
    var hits = 0
    for _ in 0..<20 {
        hits = 0
        let start = DispatchTime.now().uptimeNanoseconds
        for address in asked where table.set(of: address) != 0 { hits += 1 }
        best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / Double(asked.count))
    }
    isAbove = isAbove || best > bar.nanoseconds || megabytes > bar.megabytes
    print(
        "\(isV4 ? "IPv4" : "IPv6"): \((best * 10).rounded() / 10) ns a look-up, \(hits / 10_000) % listed,"
            + " \(megabytes.rounded()) MB with what reading took, \(table.rangeCount) ranges, read in \(built.rounded()) ms"
    )
}
exit(isAbove ? 1 : 0)
