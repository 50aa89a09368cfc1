import FlowMath
public import FlowModel

/// SiLK's rwscan: threshold random walk, then logistic models of TCP and UDP, in its hybrid mode.
///
/// An event is what one source sent over one protocol in one hour of the clock, as SiLK's files are cut. The internal
/// set is the home hosts that have opened or answered something. Without ICMP. Where a format has neither packets nor
/// flags they are taken from the state of the connection. Source: SiLK, rwscan.c, rwscan_tcp.c, rwscan_udp.c, rwscan.h.
public struct Rwscan: Rival {
    public static let summary = "SiLK's rwscan: threshold random walk and logistic models, TCP and UDP, by the hour"

    private static let hour: Int64 = 3_600_000_000_000
    /// Fewer flows than this are not looked at by the logistic models.
    private static let modelFlows = 32

    private struct Key: Hashable {
        var source: IPAddress
        var transport: Transport
    }
    private var events: [Key: [RwscanFlow]] = [:]
    private var existing: Set<IPAddress> = []
    private var hour: Int64?
    private var last: Timestamp = Timestamp(nanoseconds: .min)

    /// A rule that has seen nothing.
    public init() {}

    public mutating func observe(_ flow: Flow, alerts: inout [RivalAlert]) {
        let hour = flow.start.nanoseconds / Self.hour
        if let open = self.hour, hour > open { finish(alerts: &alerts) }
        self.hour = max(self.hour ?? hour, hour)
        if flow.traits.contains(.sourceIsHome) { existing.insert(flow.source) }
        if flow.traits.contains(.destinationIsHome), flow.isAnswered { existing.insert(flow.destination) }
        guard flow.transport == .tcp || flow.transport == .udp else { return }
        last = max(last, flow.end)
        events[Key(source: flow.source, transport: flow.transport), default: []].append(RwscanFlow(flow))
    }

    public mutating func finish(alerts: inout [RivalAlert]) {
        for (key, var flows) in events {
            let isTCP = key.transport == .tcp
            flows.sort { ($0.destination, $0.sourcePort) < ($1.destination, $1.sourcePort) }
            var verdict = isTCP ? RandomWalk.verdict(flows, existing: existing) : .unknown
            if verdict == .unknown, flows.count >= Self.modelFlows {
                let odds = isTCP ? RwscanModel.tcp(flows) : RwscanModel.udp(flows)
                if odds > 0 { verdict = .scan }
            }
            guard verdict == .scan, let first = flows.map(\.start).min() else { continue }
            // A file is looked at when its hour is over.
            alerts.append(RivalAlert(host: key.source, from: first, to: last, score: 1))
        }
        events.removeAll(keepingCapacity: true)
    }
}

/// What rwscan looks at of a flow: the way from the source.
struct RwscanFlow {
    var destination: IPAddress
    var sourcePort: UInt16
    var destinationPort: UInt16
    var start: Timestamp
    var flags: UInt8
    var packets: UInt64
    var bytes: UInt64

    init(_ flow: Flow) {
        destination = flow.destination
        (sourcePort, destinationPort, start) = (flow.sourcePort, flow.destinationPort, flow.start)
        bytes = flow.bytesSent
        let isVain = flow.state.isFailure
        if flow.flagsSent != 0 || flow.transport != .tcp {
            flags = flow.flagsSent
        } else {
            flags = isVain && !flow.traits.contains(.isMidstream) ? TCPFlag.syn : TCPFlag.syn | TCPFlag.acknowledge
            // Data goes with a push, so that an answered connection is no bare SYN and ACK.
            if !isVain { flags |= TCPFlag.push }
        }
        // An ordinary connection has four packets at least: SYN, ACK, data, FIN.
        let least: UInt64 = isVain || flow.transport != .tcp ? 1 : 4
        packets = flow.packetsSent > 0 ? flow.packetsSent : max(least, flow.bytesSent / 1000)
    }

    /// FIN, SYN, RST and ACK say the state.
    var isRequest: Bool {
        flags & (TCPFlag.fin | TCPFlag.syn | TCPFlag.reset | TCPFlag.acknowledge) == TCPFlag.syn
    }
    var isBackscatter: Bool {
        flags == TCPFlag.reset || flags == TCPFlag.syn | TCPFlag.acknowledge
            || flags == TCPFlag.reset | TCPFlag.acknowledge
    }
    var isFloodResponse: Bool {
        flags == TCPFlag.reset || flags == TCPFlag.syn | TCPFlag.reset || flags == TCPFlag.reset | TCPFlag.acknowledge
    }
    var isSmall: Bool { packets < 3 }
    var hasPayload: Bool { bytes / packets > 60 }
}
