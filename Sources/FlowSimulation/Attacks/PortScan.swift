import FlowMath
import FlowModel

/// `port-scan`: one host tries ports of many (T1046). Vertical: all ports of a target, then the next target;
/// horizontal: one port of every target; random: any port of any target. Slow is a matter of the rate.
struct PortScan: Attack {
    static let name = "port-scan"
    static let parameters = ["targets", "ports", "rate", "start", "kind", "family", "source"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let targets: [IPAddress]
    private let ports: [UInt16]
    private enum Kind: String, CaseIterable { case vertical, horizontal, random }
    private let kind: Kind
    private let rate: Double
    private let start: Int
    private var sent = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        let kindText = parameters.text("kind") ?? "vertical"
        guard let kind = Kind(rawValue: kindText) else {
            let kinds = Kind.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw AttackError(text: "port-scan: kind takes one of \(kinds), not \"\(kindText)\"")
        }
        self.kind = kind
        let isHorizontal = kind == .horizontal
        let family = parameters.text("family") ?? "4"
        guard ["4", "6"].contains(family) else {
            throw AttackError(text: "port-scan: family takes 4 or 6, not \"\(family)\"")
        }
        let isV6 = family == "6"
        rate = min(1e6, max(0.001, try parameters.number("rate", orElse: 5)))
        start = try parameters.seconds("start", orElse: 600)
        let targetCount = Int(try parameters.number("targets", orElse: isHorizontal ? 200 : 15))
        let portCount = Int(min(65_000, try parameters.number("ports", orElse: isHorizontal ? 1 : 200)))
        let source = try parameters.source(in: organization, random: &random) { $0.address.isV4 != isV6 }
        self.source = source
        targets = (0...max(1, min(targetCount, 60_000))).map { Organization.neighbour($0, v6: isV6) }
            .filter { $0 != source.address }.prefix(max(1, min(targetCount, 60_000))).map { $0 }
        ports = isHorizontal && portCount == 1 ? [445] : (1...max(1, portCount)).map { UInt16($0) }
        truth = AttackTruth(kind: Self.name, technique: "T1046", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start else { return }
        let due = min(targets.count * ports.count, Int(Double(second - start + 1) * rate))
        while sent < due {
            let target: Int
            let port: Int
            switch kind {
            case .vertical: (target, port) = (sent / ports.count, sent % ports.count)
            case .horizontal: (target, port) = (sent % targets.count, sent / targets.count)
            case .random: (target, port) = (random.below(targets.count), random.below(ports.count))
            }
            sent += 1
            var flow = Flow(
                source: source.address, destination: targets[target],
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000), transport: .tcp,
                state: random.chance(0.4) ? .rejected : .attempted, sourcePort: UInt16(32_768 + random.below(28_000)),
                destinationPort: ports[port], bytesSent: 60, packetsSent: 1)
            // A few of the ports are open.
            if random.chance(0.01) {
                flow.state = .reset
                flow.bytesSent = 120
                flow.bytesReceived = 60
                flow.packetsSent = 2
                flow.packetsReceived = 1
            }
            flow.sourceGroups = source.groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
