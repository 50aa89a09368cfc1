import FlowMath
import FlowModel

/// `lateral-movement`: one host enters a few desktops over a port of administration, and from these further ones (T1021).
struct LateralMovement: Attack {
    static let name = "lateral-movement"
    static let parameters = ["port", "targets", "further", "start", "duration", "source"]

    private(set) var truth: AttackTruth
    /// The attacker, then those entered, in the order they are.
    private let hosts: [Organization.Host]
    private let port: UInt16
    private let targets: Int
    private let start: Int
    private let duration: Int
    private var entered = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        port = UInt16(min(65_535, try parameters.number("port", orElse: 445)))
        targets = max(1, Int(min(100, try parameters.number("targets", orElse: 3))))
        let further = Int(min(100, try parameters.number("further", orElse: 4)))
        start = try parameters.seconds("start", orElse: 1800)
        duration = max(1, try parameters.seconds("duration", orElse: 900))
        let source = try parameters.source(in: organization, random: &random) { $0.address.isV4 }
        let others = organization.desktops.filter {
            $0.address != source.address && $0.address.isV4 == source.address.isV4
        }
        hosts = [source] + others.suffix(targets + further)
        truth = AttackTruth(kind: Self.name, technique: "T1021", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, second < start + duration else { return }
        let due = min(hosts.count - 1, (second - start) * (hosts.count - 1) / duration + 1)
        while entered < due {
            entered += 1
            // Those entered first take turns in going on.
            let from = entered <= targets ? 0 : 1 + (entered - targets - 1) % min(targets, 2)
            let sent = random.size(median: 30_000, spread: 1)
            var flow = Flow(
                source: hosts[from].address, destination: hosts[entered].address,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000),
                duration: Int64((10 + 50 * random.unit()) * 1e6) * 1000, transport: .tcp, state: .closed,
                sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: port, bytesSent: sent,
                bytesReceived: sent / 3 + 2000, packetsSent: 12 + sent / 900, packetsReceived: 10 + sent / 1200)
            flow.sourceGroups = hosts[from].groups
            flow.destinationGroups = hosts[entered].groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
