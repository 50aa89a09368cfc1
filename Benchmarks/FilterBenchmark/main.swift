// Times the filter alone, on one core: FilterBenchmark [FILTER…] prints nanoseconds a flow, the best of many passes.
import FlowEnrich
import FlowMath
import FlowModel
import Foundation

let filters =
    CommandLine.arguments.count > 1
    ? Array(CommandLine.arguments.dropFirst())
    : [
        "any", "tcp", "not udp", "dst port 53", "port 53", "host 10.0.3.7", "net 10.0.0.0/12", "bps > 1m",
        "group \"Web Servers\"", "label *bot*", "dst port in [22 23 80 443 3389 8080]",
        "tcp and dst net 10.0.0.0/8 and dst port in [80 443] and bytes > 10k and not src host 10.0.3.7",
    ]

var random = SeededGenerator(seed: 1)
var names = FlowNames()
let groups = [names.groups.intern(["Desktops"]), names.groups.intern(["Web Servers", "Atlanta"]), .none]
let labels = [names.labels.intern("Benign"), names.labels.intern("flow=From-Botnet-V42")]
// Many batches, so that the branches are not learnt by heart.
let batches = (0..<16).map { _ in
    (0..<FlowBatch.capacity).map { _ in
        var flow = Flow(
            source: IPAddress(v4: UInt32(0x0a00_0000 + random.below(1 << 21))),
            destination: IPAddress(
                v4: UInt32(random.below(3) == 0 ? 0x0a00_0000 + random.below(1 << 16) : random.below(1 << 32))),
            start: Timestamp(seconds: 1_600_000_000), duration: Int64(random.below(10_000_000_000)),
            transport: random.below(3) == 0 ? .udp : .tcp, sourcePort: UInt16(random.below(65_536)),
            destinationPort: [53, 80, 443, 22, UInt16(random.below(65_536))][random.below(5)],
            bytesSent: UInt64(random.below(1 << 20)), bytesReceived: UInt64(random.below(1 << 20)), packetsSent: 5,
            packetsReceived: 4)
        flow.sourceGroups = groups[random.below(3)]
        flow.destinationGroups = groups[random.below(3)]
        flow.label = labels[random.below(2)]
        return flow
    }
}

/// Nanoseconds a flow of one pass over copies of all batches, filtered or not.
func pass(_ filter: inout FlowFilter?, _ flows: inout [Flow]) -> Double {
    var nanoseconds = 0.0
    for batch in batches {
        flows.removeAll(keepingCapacity: true)
        flows.append(contentsOf: batch)
        let start = DispatchTime.now().uptimeNanoseconds
        filter?.apply(to: &flows)
        nanoseconds += Double(DispatchTime.now().uptimeNanoseconds - start)
    }
    return nanoseconds / Double(batches.count * FlowBatch.capacity)
}

var flows: [Flow] = []
for text in filters {
    guard var filter = try? FlowFilter(text) else {
        print("\(text): no filter")
        continue
    }
    filter.learn(names)
    var timed: FlowFilter? = filter
    let best = (0..<200).map { _ in pass(&timed, &flows) }.min() ?? 0
    let share = 100 - 100 * (timed?.droppedCount ?? 0) / (200 * batches.count * FlowBatch.capacity)
    print("\((best * 10).rounded() / 10) ns a flow, \(share) % taken: \(text)")
}
