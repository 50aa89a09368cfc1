import FlowMath
import FlowModel

/// `dns-tunnel`: one host moves data through the resolver, packed into long names and the answers to them (T1071.004).
struct DNSTunnel: Attack {
    static let name = "dns-tunnel"
    static let parameters = ["rate", "question", "answer", "start", "duration", "source"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    /// Questions a second, and bytes of one and of its answer.
    private let rate: Double
    private let question: Double
    private let answer: Double
    private let start: Int
    private let duration: Int
    private var sent = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        rate = min(1e5, max(0.001, try parameters.number("rate", orElse: 4)))
        question = min(1e6, try parameters.number("question", orElse: 230))
        answer = min(1e6, try parameters.number("answer", orElse: 320))
        start = try parameters.seconds("start", orElse: 1800)
        duration = try parameters.seconds("duration", orElse: 1500)
        source = try parameters.source(in: organization, random: &random) { _ in true }
        truth = AttackTruth(kind: Self.name, technique: "T1071.004", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, second - start < duration else { return }
        let due = Int(Double(second - start + 1) * rate)
        let resolver = organization.resolvers[0]
        while sent < due {
            sent += 1
            var flow = Flow(
                source: source.address, destination: resolver.address,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000), duration: 40_000_000,
                transport: .udp, state: .established, sourcePort: UInt16(32_768 + random.below(28_000)),
                destinationPort: 53, bytesSent: UInt64(question) + UInt64(random.below(20)),
                bytesReceived: UInt64(answer) + UInt64(random.below(40)), packetsSent: 1, packetsReceived: 1)
            flow.sourceGroups = source.groups
            flow.destinationGroups = resolver.groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
