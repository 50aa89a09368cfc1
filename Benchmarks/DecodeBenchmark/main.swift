// Decodes datagrams from memory, on one core: prints flows/s of the best of fifteen passes of each protocol, and fails where
// one is below its bar. CPU time, so that whatever else runs counts as little as it can.
import FlowFormats
import FlowMath
import FlowModel
import Foundation

/// Millions of flows a second on one core of a machine of 2024.
let bars: [(name: String, encoder: any DatagramEncoder, millions: Double)] = [
    ("NetFlow v5", NetFlow5Encoder(), 40), ("NetFlow v9", NetFlow9Encoder(), 25), ("IPFIX", IPFIXEncoder(), 25),
    ("sFlow v5", SFlowEncoder(), 5),
]
/// Seconds of CPU that this process used.
func cpuTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let now = Timestamp(seconds: 1_700_000_000)

/// A million one-way flows, as a router has them.
func sample() -> [Flow] {
    var random = SeededGenerator(seed: 1)
    return (0..<1_000_000).map { _ in
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0000 | UInt32(random.below(65_536))),
            destination: IPAddress(v4: UInt32(random.below(1 << 32))),
            start: now.advanced(by: -Int64(random.below(60_000)) * 1_000_000),
            duration: Int64(random.below(10_000)) * 1_000_000, transport: .tcp,
            sourcePort: UInt16(1024 + random.below(64_512)), destinationPort: 443)
        flow.packetsSent = UInt64(1 + random.below(99))
        flow.bytesSent = flow.packetsSent * UInt64(40 + random.below(1460))
        flow.flagsSent = 0x1b
        return flow
    }
}

func datagrams(_ flows: [Flow], _ encoder: any DatagramEncoder) -> [[UInt8]] {
    var encoder = encoder
    var datagrams: [[UInt8]] = []
    var place = 0
    while place < flows.count {
        var datagram: [UInt8] = []
        place += encoder.encode(flows.span.extracting(place..<flows.count), exportedAt: now, into: &datagram)
        datagrams.append(datagram)
    }
    return datagrams
}

/// One pass, in batches as a collector hands them on. Returns: flows decoded.
func pass(_ datagrams: [[UInt8]], _ decoder: inout ExportDecoder, _ batch: inout FlowBatch) -> Int {
    var flows = 0
    for datagram in datagrams {
        try? decoder.decode(datagram.span.bytes, from: .first, receivedAt: now, into: &batch)
        if batch.flows.count >= FlowBatch.capacity {
            flows += batch.flows.count
            batch.removeAll()
        }
    }
    return flows + batch.flows.count
}

if CommandLine.arguments.contains("--print") {
    printFlows()
    exit(0)
}
if let place = CommandLine.arguments.firstIndex(of: "--archive"), place + 1 < CommandLine.arguments.count {
    printArchive(CommandLine.arguments[place + 1])
    exit(0)
}
let flows = sample()
var hasFailed = false
for (name, encoder, bar) in bars {
    let datagrams = datagrams(flows, encoder)
    var best = Double.infinity
    var count = 0
    var batch = FlowBatch()
    for _ in 0..<15 {
        var decoder = ExportDecoder()
        batch.removeAll()
        let start = cpuTime()
        count = pass(datagrams, &decoder, &batch)
        best = min(best, cpuTime() - start)
    }
    let millions = Double(count) / best / 1e6
    hasFailed = hasFailed || millions < bar
    let rounded = (millions * 10).rounded() / 10
    print("\(name): \(rounded) M flows/s (bar \(bar)), \(count) flows" + (millions < bar ? "  TOO SLOW" : ""))
}
exit(hasFailed ? 1 : 0)
