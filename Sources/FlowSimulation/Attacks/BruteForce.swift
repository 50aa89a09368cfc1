import FlowMath
import FlowModel

/// `brute-force`: one host guesses passwords, a few in each of many short connections (T1110); with `session`, it then
/// logs in and stays so many seconds.
struct BruteForce: Attack {
    static let name = "brute-force"
    static let parameters = ["port", "guesses", "targets", "session", "start", "duration", "source"]

    private(set) var truth: AttackTruth
    private let source: Organization.Host
    private let servers: [Organization.Host]
    private let port: UInt16
    private let guesses: Int
    private let session: Int
    private let start: Int
    private let duration: Int
    private var sent = 0
    private var random: SeededGenerator

    init(
        _ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) {
        port = UInt16(min(65_535, try parameters.number("port", orElse: 22)))
        guesses = max(1, Int(min(1e6, try parameters.number("guesses", orElse: 400))))
        session = try parameters.seconds("session", orElse: 0)
        start = try parameters.seconds("start", orElse: 1200)
        duration = max(1, try parameters.seconds("duration", orElse: 900))
        let source = try parameters.source(in: organization, random: &random) { $0.address.isV4 }
        let all =
            (organization.webServers + [organization.mailServer, organization.fileServer] + organization.desktops)
            .filter { $0.address != source.address && $0.address.isV4 }
        servers = Array(all.prefix(max(1, Int(min(1000, try parameters.number("targets", orElse: 1))))))
        self.source = source
        truth = AttackTruth(kind: Self.name, technique: "T1110", source: source.address)
        self.random = SeededGenerator(seed: random.next())
    }

    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow]) {
        guard second >= start else { return }
        let due = min(guesses, (second - start) * guesses / duration + 1)
        while sent < due {
            sent += 1
            // OpenSSH hangs up after six guesses; each is a packet and its answer behind the key exchange.
            let tries = UInt64(3 + random.below(4))
            append(
                seconds: 1.5 + 3 * random.unit(), state: random.chance(0.2) ? .reset : .closed,
                bytes: (1500 + 148 * tries, 2100 + 116 * tries), packets: (9 + 2 * tries, 8 + tries), begin, to: &flows)
        }
        if session > 0, second == start + duration {
            append(
                seconds: Double(session), state: .closed, bytes: (6000 + 300 * UInt64(session), 40_000),
                packets: (90, 90),
                begin, to: &flows)
        }
    }

    private mutating func append(
        seconds: Double, state: ConnectionState, bytes: (sent: UInt64, received: UInt64),
        packets: (sent: UInt64, received: UInt64), _ begin: Timestamp, to flows: inout [Flow]
    ) {
        let server = servers[sent % servers.count]
        var flow = Flow(
            source: source.address, destination: server.address,
            start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000), duration: Int64(seconds * 1e6) * 1000,
            transport: .tcp, state: state, sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: port,
            bytesSent: bytes.sent, bytesReceived: bytes.received, packetsSent: packets.sent,
            packetsReceived: packets.received)
        flow.sourceGroups = source.groups
        flow.destinationGroups = server.groups
        truth.add(flow)
        flows.append(flow)
    }
}
