import FlowMath
import FlowModel

/// `spam`: one host hands mail over to one server after another (T1566.002, of others).
struct Spam: Attack {
    static let name = "spam"
    static let parameters = ["servers", "port", "start", "duration", "source"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let servers: Int
    private let port: UInt16
    private let start: Int
    private let duration: Int
    private var sent = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        servers = max(1, Int(min(1e6, try parameters.number("servers", orElse: 200))))
        port = UInt16(min(65_535, try parameters.number("port", orElse: 25)))
        start = try parameters.seconds("start", orElse: 2400)
        duration = max(1, try parameters.seconds("duration", orElse: 900))
        source = try parameters.source(in: organization, random: &random) { $0.address.isV4 }
        truth = AttackTruth(kind: Self.name, technique: "T1566.002", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start else { return }
        let due = min(servers, (second - start) * servers / duration + 1)
        while sent < due {
            sent += 1
            let bytes = random.size(median: 3500, spread: 0.3)
            var flow = Flow(
                source: source.address, destination: Organization.site(v6: false, rank: 100_000 + sent),
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000), duration: 3_000_000_000,
                transport: .tcp, state: .closed, sourcePort: UInt16(32_768 + random.below(28_000)),
                destinationPort: port, bytesSent: bytes, bytesReceived: 900, packetsSent: 6 + bytes / 1200,
                packetsReceived: 8)
            flow.sourceGroups = source.groups
            flow.destinationGroups = organization.outside
            truth.add(flow)
            flows.append(flow)
        }
    }
}
