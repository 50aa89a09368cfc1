import FlowMath
import FlowModel

/// `never-closed`: one host opens connections to a server, sends a request in bits and never ends it, as Slowloris does
/// (T1499.002).
struct NeverClosed: Attack {
    static let name = "never-closed"
    static let parameters = ["connections", "every", "port", "start", "duration", "source", "target"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let target: Organization.Host
    private let connections: Int
    /// Seconds after which all are opened anew.
    private let every: Int
    private let port: UInt16
    private let start: Int
    private let duration: Int
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        connections = Int(min(1e6, max(1, try parameters.number("connections", orElse: 400))))
        every = max(1, try parameters.seconds("every", orElse: 300))
        port = UInt16(min(65_535, try parameters.number("port", orElse: 80)))
        start = try parameters.seconds("start", orElse: 1800)
        duration = try parameters.seconds("duration", orElse: 600)
        source = try parameters.source(in: organization, random: &random) { $0.address.isV4 }
        target =
            if let address = try parameters.address("target") {
                Organization.Host(address: address, groups: .none)
            } else {
                organization.webServers[random.below(organization.webServers.count)]
            }
        truth = AttackTruth(kind: Self.name, technique: "T1499.002", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, second - start < duration, (second - start) % every == 0 else { return }
        for _ in 0..<connections {
            var flow = Flow(
                source: source.address, destination: target.address,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000),
                duration: Int64(every) * 1_000_000_000, transport: .tcp, state: .established,
                sourcePort: UInt16(1024 + random.below(64_000)), destinationPort: port,
                bytesSent: UInt64(1500 + random.below(500)), bytesReceived: 900, packetsSent: 22, packetsReceived: 15)
            flow.sourceGroups = source.groups
            flow.destinationGroups = target.groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
