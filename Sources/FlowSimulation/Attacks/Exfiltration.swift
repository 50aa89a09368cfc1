import FlowMath
import FlowModel

/// `exfiltration`: one host sends much to one new address outside (T1048), in one flow or in many.
struct Exfiltration: Attack {
    static let name = "exfiltration"
    static let parameters = ["bytes", "flows", "start", "duration", "source", "destination"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let destination: IPAddress
    private let bytes: Double
    private let count: Int
    private let start: Int
    private let duration: Int
    private var sent = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        bytes = try parameters.number("bytes", orElse: 60e6)
        count = max(1, Int(min(1e6, try parameters.number("flows", orElse: 1))))
        start = try parameters.seconds("start", orElse: 1200)
        duration = max(1, try parameters.seconds("duration", orElse: 600))
        source = try parameters.source(in: organization, random: &random) { _ in true }
        destination =
            try parameters.address("destination")
            ?? Organization.site(v6: !source.address.isV4, rank: 90_000 + random.below(1000))
        truth = AttackTruth(kind: Self.name, technique: "T1048", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start else { return }
        let due = min(count, (second - start) * count / duration + 1)
        while sent < due {
            sent += 1
            let share = UInt64(bytes / Double(count))
            var flow = Flow(
                source: source.address, destination: destination,
                start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000),
                duration: Int64(max(1, duration / count)) * 1_000_000_000, transport: .tcp, state: .closed,
                sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: 443, bytesSent: share,
                bytesReceived: share / 60 + 900, packetsSent: share / 1200 + 3, packetsReceived: share / 2400 + 3)
            flow.sourceGroups = source.groups
            flow.destinationGroups = organization.outside
            truth.add(flow)
            flows.append(flow)
        }
    }
}
