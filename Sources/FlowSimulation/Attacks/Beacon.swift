import FlowMath
import FlowModel

/// `beacon`: one host calls one new address outside by its clock (T1071), the next call a period and a jitter after
/// the last, some left out.
struct Beacon: Attack {
    static let name = "beacon"
    static let parameters = ["period", "jitter", "miss", "start", "source", "destination", "port"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let destination: IPAddress
    private let port: UInt16
    /// Seconds between calls, and by which share of that one is off at most.
    private let period: Double
    private let jitter: Double
    /// The chance that a call is left out.
    private let miss: Double
    /// Seconds from the beginning to the next call.
    private var next: Double
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        period = Double(max(1, try parameters.seconds("period", orElse: 60)))
        jitter = try parameters.number("jitter", orElse: 0.1)
        miss = try parameters.number("miss", orElse: 0)
        let port = try parameters.number("port", orElse: 443)
        guard jitter <= 1, miss < 1, port <= 65_535 else {
            throw AttackError(text: "beacon: jitter takes 0 to 1, miss 0 to below 1, port 0 to 65535")
        }
        self.port = UInt16(port)
        source = try parameters.source(in: organization, random: &random) { _ in true }
        destination =
            try parameters.address("destination")
            ?? Organization.site(v6: !source.address.isV4, rank: 91_000 + random.below(1000))
        truth = AttackTruth(kind: Self.name, technique: "T1071", source: source.address)
        self.random = SeededGenerator(seed: random.next())
        next = Double(try parameters.seconds("start", orElse: 300)) + self.random.unit()
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        while next < Double(second + 1) {
            let nanoseconds = Int64(max(0, next - Double(second)) * 1e9)
            if !random.chance(miss) {
                flows.append(call(at: begin.advanced(by: nanoseconds), outside: organization.outside))
            }
            // A second is the least: a jitter of 1 must not make a flood.
            next += max(1, period * (1 + jitter * (2 * random.unit() - 1)))
        }
    }

    private mutating func call(at start: Timestamp, outside: GroupSetID) -> Flow {
        // Mostly there is nothing to do, now and then an order.
        let received = random.chance(0.05) ? random.size(median: 9000, spread: 1) : UInt64(180 + random.below(40))
        var flow = Flow(
            source: source.address, destination: destination, start: start, duration: 180_000_000, transport: .tcp,
            state: .closed, sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: port,
            bytesSent: UInt64(310 + random.below(30)), bytesReceived: received, packetsSent: 5,
            packetsReceived: 4 + received / 1200)
        flow.sourceGroups = source.groups
        flow.destinationGroups = outside
        truth.add(flow)
        return flow
    }
}
