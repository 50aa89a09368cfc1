public import FlowModel

/// Slips: evidence of a host, threat level times confidence, summed over an hour against 15.
///
/// What flow records alone tell of home hosts (`analysis_direction: out`): scans, port 0, repeated refusals, long
/// connections, large uploads; neither DNS, TLS, feeds nor lists of known ports. Source: stratosphereips, modules
/// network_discovery and flowalerts, config/slips.yaml.
public struct Slips: Rival {
    public static let summary = "Slips: evidence about a host, threat level times confidence, summed over an hour"

    private static let hour: Int64 = 3_600_000_000_000
    /// 0.25 a minute of the window.
    private static let alertLevel = 15.0
    private static let low = 0.2
    private static let medium = 0.5
    private static let high = 0.8
    private static let scanMinimum = 5
    /// Peers or ports more than those last told that a scan takes to be told again.
    private static let scanStep = 15
    private static let refusals = 5
    private static let longSeconds = 1500.0
    private static let uploadBytes: UInt64 = 100_000_000

    /// What a scan is counted by: its source, the protocol and either the port or the peer.
    private struct ScanKey: Hashable {
        var source: IPAddress
        var transport: Transport
        var port: UInt16?
        var peer: IPAddress?
    }
    private struct Scan {
        var peers: Set<IPAddress> = []
        var ports: Set<UInt16> = []
        var packets = 0.0
        var told = 0
    }
    private struct Service: Hashable {
        var source: IPAddress
        var peer: IPAddress
        var port: UInt16
    }
    private var scans: [ScanKey: Scan] = [:]
    private var refused: [Service: Int] = [:]
    private var levels: [IPAddress: (sum: Double, since: Timestamp)] = [:]
    private var window: Timestamp?

    /// A rule that has seen nothing.
    public init() {}

    public mutating func observe(_ flow: Flow, alerts: inout [RivalAlert]) {
        let begin = window ?? flow.start
        if window == nil { window = begin }
        if flow.start >= begin.advanced(by: Self.hour) {
            let hours = flow.start.nanoseconds.subtractingClamped(begin.nanoseconds) / Self.hour
            window = begin.advanced(by: hours * Self.hour)
            finish(alerts: &alerts)
        }
        guard flow.traits.contains(.sourceIsHome), !flow.traits.contains(.isMidstream) else { return }
        let scope = flow.destination.scope
        guard scope != .multicast, scope != .broadcast else { return }
        if !flow.isAnswered, flow.transport == .tcp || flow.transport == .udp {
            scan(flow, byPort: true, alerts: &alerts)
            scan(flow, byPort: false, alerts: &alerts)
        }
        if flow.transport == .tcp || flow.transport == .udp, flow.sourcePort == 0 || flow.destinationPort == 0 {
            add(Self.high * 0.8, to: flow.source, flow, alerts: &alerts)
        }
        if flow.state == .rejected {
            let service = Service(source: flow.source, peer: flow.destination, port: flow.destinationPort)
            refused[service, default: 0] += 1
            if refused[service] == Self.refusals {
                refused[service] = 0
                add(Self.medium * 0.5, to: flow.source, flow, alerts: &alerts)
            }
        }
        let seconds = Double(flow.duration) * 1e-9
        if seconds > Self.longSeconds {
            add(Self.low * min(1, seconds / 86_400), to: flow.source, flow, alerts: &alerts)
        }
        // The source of an upload is told without weight.
        if flow.bytesSent >= Self.uploadBytes {
            add(Self.high * 0.6, to: flow.destination, flow, alerts: &alerts)
        }
    }

    public mutating func finish(alerts: inout [RivalAlert]) {
        scans.removeAll(keepingCapacity: true)
        refused.removeAll(keepingCapacity: true)
        levels.removeAll(keepingCapacity: true)
    }

    private mutating func scan(_ flow: Flow, byPort: Bool, alerts: inout [RivalAlert]) {
        let key = ScanKey(
            source: flow.source, transport: flow.transport, port: byPort ? flow.destinationPort : nil,
            peer: byPort ? nil : flow.destination)
        var scan = scans.removeValue(forKey: key) ?? Scan()
        if byPort { scan.peers.insert(flow.destination) } else { scan.ports.insert(flow.destinationPort) }
        scan.packets += Double(flow.packetsSent)
        let count = byPort ? scan.peers.count : scan.ports.count
        if count >= Self.scanMinimum, scan.told == 0 || count >= scan.told + Self.scanStep {
            scan.told = count
            add(Self.high * Self.confidence(scan.packets), to: flow.source, flow, alerts: &alerts)
        }
        scans[key] = scan
    }

    private static func confidence(_ packets: Double) -> Double {
        packets == 0 ? 0.3 : min(1, packets / 10)
    }

    private mutating func add(
        _ level: Double, to host: IPAddress, _ flow: Flow, alerts: inout [RivalAlert]
    ) {
        let before = levels[host] ?? (0, flow.start)
        let sum = before.sum + level
        alerts.append(RivalAlert(host: host, from: before.since, to: flow.end, score: sum / Self.alertLevel))
        // After an alert a host's sum begins anew.
        levels[host] = sum >= Self.alertLevel ? nil : (sum, before.since)
    }
}
