import FlowMath
import FlowModel

/// `mining`: one host works for a pool outside (T1496): a connection that stays, with a small message now and then; the
/// exporter cuts it every half hour.
struct Mining: Attack {
    static let name = "mining"
    static let parameters = ["port", "start", "source", "destination"]
    /// Seconds after which an exporter tells of a flow that goes on.
    private static let slice = 1800

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let destination: IPAddress
    private let port: UInt16
    private let start: Int
    private let sourcePort: UInt16
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        port = UInt16(min(65_535, try parameters.number("port", orElse: 3333)))
        start = try parameters.seconds("start", orElse: 300)
        source = try parameters.source(in: organization, random: &random) { _ in true }
        destination =
            try parameters.address("destination")
            ?? Organization.site(v6: !source.address.isV4, rank: 92_000 + random.below(1000))
        truth = AttackTruth(kind: Self.name, technique: "T1496", source: source.address)
        self.random = SeededGenerator(seed: random.next())
        sourcePort = UInt16(32_768 + self.random.below(28_000))
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start, (second - start) % Self.slice == 0 else { return }
        // A job of 400 bytes every half minute, a share of 250 every twenty seconds.
        let jobs = UInt64(Self.slice / 30)
        let shares = UInt64(Self.slice / 20) + UInt64(random.below(20))
        var flow = Flow(
            source: source.address, destination: destination, start: begin,
            duration: Int64(Self.slice) * 1_000_000_000 - 1_000_000, transport: .tcp, state: .established,
            sourcePort: sourcePort, destinationPort: port, bytesSent: shares * 290,
            bytesReceived: jobs * 440 + shares * 90,
            packetsSent: shares + jobs, packetsReceived: jobs + shares)
        flow.sourceGroups = source.groups
        flow.destinationGroups = organization.outside
        truth.add(flow)
        flows.append(flow)
    }
}
