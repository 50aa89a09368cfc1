import FlowMath
import FlowModel

/// `dns-volume`: one host asks the resolver for names all the time, generated ones (T1568.002) or data in a tunnel
/// (T1071.004); flows look alike.
struct DNSVolume: Attack {
    static let name = "dns-volume"
    static let parameters = ["rate", "start", "duration", "source"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let rate: Double
    private let start: Int
    private let duration: Int
    private var sent = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        rate = min(1e5, max(0.001, try parameters.number("rate", orElse: 8)))
        start = try parameters.seconds("start", orElse: 3000)
        duration = try parameters.seconds("duration", orElse: 900)
        source = try parameters.source(in: organization, random: &random) { _ in true }
        truth = AttackTruth(kind: Self.name, technique: "T1568.002", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, second - start < duration else { return }
        let due = Int(Double(second - start + 1) * rate)
        while sent < due {
            sent += 1
            let resolver = organization.resolvers[sent % organization.resolvers.count]
            let isAnswered = random.chance(0.9)
            var flow = Flow(
                source: source.address, destination: resolver.address,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000), duration: isAnswered ? 30_000_000 : 0,
                transport: .udp, state: isAnswered ? .established : .attempted,
                sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: 53,
                bytesSent: UInt64(70 + random.below(20)),
                bytesReceived: isAnswered ? UInt64(120 + random.below(60)) : 0,
                packetsSent: 1, packetsReceived: isAnswered ? 1 : 0)
            flow.sourceGroups = source.groups
            flow.destinationGroups = resolver.groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
