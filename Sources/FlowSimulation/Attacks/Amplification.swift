import FlowMath
import FlowModel

/// `amplification`: large answers that nobody here asked for, from open resolvers all over the internet (T1498.002); with
/// `role=reflector` a server here gives them, to somebody outside whose address was forged.
struct Amplification: Attack {
    static let name = "amplification"
    static let parameters = ["role", "port", "rate", "reflectors", "bytes", "start", "duration", "target", "server"]

    private(set) var truth: AttackTruth
    private enum Role: String, CaseIterable { case victim, reflector }
    private let role: Role
    private let victim: Organization.Host
    private let server: Organization.Host
    private let port: UInt16
    private let rate: Int
    private let reflectors: Int
    private let bytes: UInt64
    private let start: Int
    private let duration: Int
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        let roleText = parameters.text("role") ?? "victim"
        guard let role = Role(rawValue: roleText) else {
            throw AttackError(text: "amplification: role takes victim or reflector, not \"\(roleText)\"")
        }
        self.role = role
        port = UInt16(min(65_535, try parameters.number("port", orElse: 53)))
        rate = Int(min(1e6, max(1, try parameters.number("rate", orElse: 400))))
        reflectors = Int(min(1e6, max(1, try parameters.number("reflectors", orElse: 300))))
        bytes = UInt64(max(1, try parameters.number("bytes", orElse: 3000)))
        start = try parameters.seconds("start", orElse: 1800)
        duration = try parameters.seconds("duration", orElse: 60)
        let outside = Organization.Host(
            address: Organization.site(v6: false, rank: 60_000), groups: organization.outside)
        let target = try parameters.address("target").map { Organization.Host(address: $0, groups: .none) }
        let inside = try parameters.address("server").map { Organization.Host(address: $0, groups: .none) }
        let webServer = organization.webServers[random.below(organization.webServers.count)]
        victim = target ?? (role == .victim ? webServer : outside)
        server = inside ?? organization.resolvers[0]
        // Of many reflectors the truth names one.
        truth = AttackTruth(
            kind: Self.name, technique: "T1498.002",
            source: role == .reflector ? server.address : Organization.site(v6: !victim.address.isV4, rank: 60_001))
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, second - start < duration else { return }
        for _ in 0..<rate {
            let moment = begin.advanced(by: Int64(random.below(1_000_000)) * 1000)
            let clientPort = UInt16(1024 + random.below(64_000))
            let packets = (bytes + 1499) / 1500
            var flow: Flow
            if role == .victim {
                let rank = 60_001 + random.below(reflectors)
                flow = Flow(
                    source: Organization.site(v6: !victim.address.isV4, rank: rank), destination: victim.address,
                    start: moment, transport: .udp, state: .attempted, sourcePort: port, destinationPort: clientPort,
                    bytesSent: bytes, packetsSent: packets)
                (flow.sourceGroups, flow.destinationGroups) = (organization.outside, victim.groups)
            } else {
                flow = Flow(
                    source: victim.address, destination: server.address, start: moment, duration: 20_000_000,
                    transport: .udp, state: .established, sourcePort: clientPort, destinationPort: port,
                    bytesSent: 64, bytesReceived: bytes, packetsSent: 1, packetsReceived: packets)
                (flow.sourceGroups, flow.destinationGroups) = (victim.groups, server.groups)
            }
            truth.add(flow)
            flows.append(flow)
        }
    }
}
