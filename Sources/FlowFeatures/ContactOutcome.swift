public import FlowModel

/// What came of a flow as an attempt to reach somebody.
public enum ContactOutcome: UInt8, Sendable {
    /// No attempt: an answer, backscatter, a record begun in the middle, a call to everyone, one-way traffic.
    case none
    /// Taken up, and something was said.
    case answered
    /// Taken up and broken off before anything was said, as a half-open scan finds an open port.
    case touched
    /// A TCP request that was refused or met silence.
    case failed
    /// A request without an answer of which it is not sure that it wanted or needed one: UDP, ping, TCP of unknown state.
    case silent

    /// Whether it was tried in vain.
    public var isVain: Bool { self == .failed || self == .silent }
}

extension Flow {
    /// More than a few retries of any request.
    private static let requestBytes: UInt64 = 2000
    /// Where traceroute sends its probes (33434 and up, three a hop).
    private static let tracerouteProbes: ClosedRange<UInt16> = 33_434...33_625

    /// What came of the flow as an attempt. Cost: a few comparisons.
    public var contactOutcome: ContactOutcome {
        switch transport {
        case .tcp: return traits.contains(.isMidstream) ? .none : tcpOutcome
        case .udp:
            if traits.contains(.isMidstream) { return .none }
            if isAnswered { return .answered }
            if bytesSent > Self.requestBytes || Self.tracerouteProbes.contains(destinationPort) { return .none }
            return looksLikeReply || isLikelyBroadcast ? .none : .silent
        case .icmp, .icmpV6:
            guard state == .attempted || state == .unknown && isEchoRequest else { return .none }
            return bytesReceived > 0 || packetsReceived > 0 ? .answered : .silent
        default: return .none
        }
    }

    private var tcpOutcome: ContactOutcome {
        let flags = flagsSent | flagsReceived
        // Who opens a connection sends a SYN; a SYN with an ACK, an RST or a FIN without one is the other end's.
        if flags != 0, flagsSent & TCPFlag.syn == 0 { return .none }
        switch state {
        case .attempted, .rejected:
            return flagsSent & TCPFlag.acknowledge == 0 ? .failed : .none
        case .reset where packetsSent <= 3 && bytesReceived < 200:
            return .touched
        case .established, .closing, .closed, .reset:
            return .answered
        case .unknown:
            if bytesReceived > 0 { return .answered }
            return flags != 0 || bytesSent > Self.requestBytes || looksLikeReply ? .none : .silent
        }
    }

    /// Whether the flow runs from a service to a client, as in one-way exports.
    private var looksLikeReply: Bool {
        if sourcePort < 1024 { return sourcePort != 0 && destinationPort >= 1024 }
        return state == .unknown && sourcePort < destinationPort
    }

    /// Whether the destination looks like the broadcast address of a network of 256 addresses or more.
    private var isLikelyBroadcast: Bool { destination.isV4 && destination.low & 0xff == 0xff }

    /// Whether the type is that of an echo request: Zeek, Suricata and Argus put it into the source's port, NetFlow type
    /// and code into the destination's.
    private var isEchoRequest: Bool {
        let type: UInt16 = transport == .icmp ? 8 : 128
        return sourcePort == type || sourcePort == 0 && destinationPort == type << 8
    }
}
