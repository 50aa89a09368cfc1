public import FlowModel
public import FlowState

/// Settings of `basic-checks`.
public struct BasicChecksSettings: Codable, Sendable, Equatable {
    /// Whether to run it.
    public var isEnabled = true
    /// The defaults.
    public init() {}
}

/// `basic-checks`: what a flow by itself should not look like: port 0, a port of Tor, malformed DHCP and broadcast, no byte
/// in a connection that was taken up, from one private network to another that is not ours.
///
/// Null model: none; fragments, broken devices and exporters make all of these every day. They are counted. The first of
/// each kind that a home host sends weighs a little, unless exporters make that kind themselves. Memory: 1 byte a host.
public struct BasicChecksDetector: Detector {
    public static let profile = DetectorProfile(
        name: .basicChecks,
        watchesFor:
            "port 0, ports of Tor, malformed DHCP and broadcast, connections without a byte, strangers' private"
            + " addresses",
        weight: "next to nothing; counted",
        family: .checks, cap: 0.6,
        capSource: "next to nothing: broken devices make all of it every day",
        evidence: .further)

    /// Of the first of a kind; all of them together stay below what the ensemble lets this detector weigh.
    static let evidence = 0.2

    /// A bit for each kind that was reported about a host.
    private var reported: [UInt8] = []

    /// A detector.
    public init() {}

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        if reported.count < tables.hosts.indexEnd {
            reported.append(contentsOf: repeatElement(0, count: tables.hosts.indexEnd - reported.count))
        }
        var counted = 0
        for index in flows.indices {
            let flow = flows[index]
            guard let check = Self.check(flow) else { continue }
            let bit: UInt8 = 1 << check.rawValue
            let host = flow.sourceHost.index
            let weighs =
                Self.weighs(check) && flow.traits.contains(.sourceIsHome) && host > 0 && reported[host] & bit == 0
            if weighs { reported[host] |= bit }
            guard weighs || findings.takesAll else {
                counted += 1
                continue
            }
            findings.flow = index
            findings.add(
                Finding(
                    detector: Self.name, subject: flow.sourceKey, peer: flow.destination,
                    span: Window(start: flow.start, end: max(flow.start, flow.end)), score: 1, baseline: 0,
                    evidence: weighs ? Self.evidence : 0, flows: 1, reason: check, sample: tables.sample(flow)))
        }
        if counted > 0 { findings.count(Self.name, counted) }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&reported)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in reported.indices where gone.contains(HostID(rawValue: UInt32(index))) { reported[index] = 0 }
    }

    /// Whether the kind says anything of the host: exporters write no bytes, fragments have no ports, and some clients
    /// ask for an address from any port.
    private static func weighs(_ check: BasicChecksReason) -> Bool {
        switch check {
        case .torPort, .malformedBroadcast: true
        case .malformedDHCP, .portZero, .zeroBytes, .strayPrivate: false
        }
    }

    /// What is wrong with the flow, the worst of it; nil for most. Cost: a few comparisons.
    static func check(_ flow: Flow) -> BasicChecksReason? {
        let port = flow.destinationPort
        if flow.transport == .tcp || flow.transport == .udp {
            if flow.traits.contains(.isMidstream) { return nil }
            if port == 67 || port == 68 {
                if isMalformedDHCP(flow) { return .malformedDHCP }
            }
            // Formats without ports, and fragments, have 0 at both ends.
            if (port == 0) != (flow.sourcePort == 0) { return .portZero }
            if flow.transport == .tcp, isTor(port), flow.destination.scope == .public { return .torPort }
            if flow.bytesSent == 0, flow.bytesReceived == 0, flow.state == .closed { return .zeroBytes }
            if flow.transport == .tcp, isToAll(flow.destination) { return .malformedBroadcast }
        }
        if isToAll(flow.source) { return .malformedBroadcast }
        let ours = flow.traits.contains(.sourceIsHome)
        if ours != flow.traits.contains(.destinationIsHome), flow.source.isPrivateOrLink,
            flow.destination.isPrivateOrLink
        {
            return .strayPrivate
        }
        return nil
    }

    /// Ports of Tor's relays, directories, control and proxies, by default.
    private static func isTor(_ port: UInt16) -> Bool {
        switch port {
        case 9001, 9030, 9040, 9050, 9051, 9150, 9151: true
        default: false
        }
    }

    private static func isToAll(_ address: IPAddress) -> Bool {
        // Of IPv4 224 and up, of IPv6 ff: hardly any flow asks for more.
        guard address.isV4 ? address.low >> 29 & 7 == 7 : address.high >> 56 == 0xff else { return false }
        return address.scope == .multicast || address.scope == .broadcast
    }

    /// Clients ask from 68, relays from 67; nobody asks the internet. Over TCP it is no DHCP: mostly a scan of ports.
    private static func isMalformedDHCP(_ flow: Flow) -> Bool {
        if flow.transport == .tcp { return false }
        if flow.destination.scope == .public, !flow.traits.contains(.destinationIsHome) { return true }
        return flow.destinationPort == 67
            ? flow.sourcePort != 68 && flow.sourcePort != 67 : flow.sourcePort != 67
    }
}
