public import FlowModel

/// Zeek's simple-scan: distinct (victim, port) that a source tried over TCP in vain.
///
/// Without a darknet, which has to be configured. A scanner that was reported is not counted anew for an hour; what it
/// tries in that time belongs to the report. Source: ncsa/bro-simple-scan, scripts/scan.zeek.
public struct SimpleScan: Rival {
    public static let summary = "Zeek's simple-scan: many hosts and ports that a source tried over TCP in vain"

    private static let timeout: Int64 = 900_000_000_000
    private static let suppression: Int64 = 3_600_000_000_000
    private static let remoteLimit = 25
    private static let localLimit = 250
    /// One port on so many hosts, of remote sources ("knockknock").
    private static let knockLimit = 20

    private struct Attempt: Hashable {
        var victim: IPAddress
        var port: UInt16
    }
    private struct Attack {
        var first: Timestamp
        var last: Timestamp
        var attempts: Set<Attempt> = []
        var ports: [UInt16: Int] = [:]
    }
    private var attacks: [IPAddress: Attack] = [:]
    private var reported: [IPAddress: Timestamp] = [:]

    /// A rule that has seen nothing.
    public init() {}

    public mutating func observe(_ flow: Flow, alerts: inout [RivalAlert]) {
        // Zeek's histories S, SW, Sr and SWr: a SYN and nothing else, or one that was refused.
        guard flow.transport == .tcp, flow.state.isFailure, !flow.traits.contains(.isMidstream),
            flow.flagsSent & (TCPFlag.acknowledge | TCPFlag.fin) == 0
        else { return }
        let now = flow.end
        if let said = reported[flow.source] {
            if now < said.advanced(by: Self.suppression) {
                alerts.append(RivalAlert(host: flow.source, from: flow.start, to: now, score: 1))
                return
            }
            reported[flow.source] = nil
        }
        var attack = attacks.removeValue(forKey: flow.source) ?? Attack(first: now, last: now)
        if now > attack.last.advanced(by: Self.timeout) { attack = Attack(first: now, last: now) }
        attack.last = max(attack.last, now)
        let attempt = Attempt(victim: flow.destination, port: flow.destinationPort)
        if attack.attempts.insert(attempt).inserted { attack.ports[attempt.port, default: 0] += 1 }
        let isLocal = flow.traits.contains(.sourceIsHome)
        let isScan = attack.attempts.count >= (isLocal ? Self.localLimit : Self.remoteLimit)
        if isScan || !isLocal && attack.ports[attempt.port] ?? 0 >= Self.knockLimit {
            reported[flow.source] = now
            alerts.append(RivalAlert(host: flow.source, from: attack.first, to: now, score: 1))
        } else {
            attacks[flow.source] = attack
        }
    }

    public mutating func finish(alerts: inout [RivalAlert]) {}
}
