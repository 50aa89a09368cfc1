import FlowMath
import FlowModel

/// `flood`: far more than a server can take (T1498): `syn` and `udp` and `icmp` without an answer, `connection` with one.
/// With `sources`, from so many addresses all over the internet, else from one host inside.
struct Flood: Attack {
    static let name = "flood"
    static let parameters = ["kind", "rate", "sources", "port", "start", "duration", "source", "target"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let target: Organization.Host
    private enum Kind: String, CaseIterable { case syn, udp, icmp, connection }
    private let kind: Kind
    private let rate: Int
    private let sources: Int
    private let port: UInt16
    private let start: Int
    private let duration: Int
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        let kindText = parameters.text("kind") ?? "syn"
        guard let kind = Kind(rawValue: kindText) else {
            let kinds = Kind.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw AttackError(text: "flood: kind takes one of \(kinds), not \"\(kindText)\"")
        }
        self.kind = kind
        rate = Int(min(1e6, max(1, try parameters.number("rate", orElse: 400))))
        sources = Int(min(1e6, try parameters.number("sources", orElse: 0)))
        port = UInt16(min(65_535, try parameters.number("port", orElse: 80)))
        start = try parameters.seconds("start", orElse: 1800)
        duration = try parameters.seconds("duration", orElse: 60)
        source = try parameters.source(in: organization, random: &random) { $0.address.isV4 }
        target =
            if let address = try parameters.address("target") {
                Organization.Host(address: address, groups: .none)
            } else {
                organization.webServers[random.below(organization.webServers.count)]
            }
        // Of many sources the truth names one.
        let first = sources > 0 ? Organization.site(v6: !target.address.isV4, rank: 40_000) : source.address
        truth = AttackTruth(kind: Self.name, technique: "T1498", source: first)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, second - start < duration else { return }
        for _ in 0..<rate {
            let isAnswered = kind == .connection
            let transport: Transport = kind == .udp ? .udp : kind == .icmp ? .icmp : .tcp
            let stranger = Organization.site(v6: !target.address.isV4, rank: 40_000 + random.below(max(1, sources)))
            var flow = Flow(
                source: sources > 0 ? stranger : source.address, destination: target.address,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000),
                duration: isAnswered ? 200_000_000 : 0, transport: transport, state: isAnswered ? .closed : .attempted,
                sourcePort: kind == .icmp ? 0 : UInt16(1024 + random.below(64_000)),
                destinationPort: kind == .icmp ? 0 : port, bytesSent: isAnswered ? 640 : 60,
                bytesReceived: isAnswered ? 900 : 0, packetsSent: isAnswered ? 6 : 1,
                packetsReceived: isAnswered ? 5 : 0)
            flow.sourceGroups = sources > 0 ? organization.outside : source.groups
            flow.destinationGroups = target.groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
