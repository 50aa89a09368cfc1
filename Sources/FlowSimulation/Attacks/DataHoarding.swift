import FlowMath
import FlowModel

/// `data-hoarding`: one host copies much from one host inside after another (T1039, T1074).
struct DataHoarding: Attack {
    static let name = "data-hoarding"
    static let parameters = ["bytes", "targets", "start", "duration", "source"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let targets: [Organization.Host]
    private let bytes: Double
    private let start: Int
    private let duration: Int
    private var copied = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        bytes = try parameters.number("bytes", orElse: 2e9)
        start = try parameters.seconds("start", orElse: 2700)
        duration = max(1, try parameters.seconds("duration", orElse: 600))
        let source = try parameters.source(in: organization, random: &random) { $0.address.isV4 }
        let all = ([organization.fileServer] + organization.webServers + organization.desktops)
            .filter { $0.address != source.address && $0.address.isV4 }
        targets = Array(all.prefix(max(1, Int(min(1000, try parameters.number("targets", orElse: 20))))))
        self.source = source
        truth = AttackTruth(kind: Self.name, technique: "T1039", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start else { return }
        let due = min(targets.count, (second - start) * targets.count / duration + 1)
        while copied < due {
            let target = targets[copied]
            copied += 1
            let received = UInt64(bytes / Double(targets.count))
            var flow = Flow(
                source: source.address, destination: target.address,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000),
                duration: Int64(max(1, duration / targets.count)) * 1_000_000_000, transport: .tcp, state: .closed,
                sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: 445, bytesSent: received / 60 + 900,
                bytesReceived: received, packetsSent: received / 2400 + 3, packetsReceived: received / 1200 + 3)
            flow.sourceGroups = source.groups
            flow.destinationGroups = target.groups
            truth.add(flow)
            flows.append(flow)
        }
    }
}
