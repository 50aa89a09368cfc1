public import FlowModel

/// What came of a flow as an attempt to reach somebody.
public enum ContactOutcome: UInt8, Sendable {
    /// No attempt: an answer, backscatter, a record begun in the middle, a call to everyone.
    case none
    /// More was sent than a request, and no record of an answer came: the exporter sees one way only, or none is meant.
    case oneSided
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
    /// No request with its retries is longer in all.
    private static let requestBytes: UInt64 = 2000
    /// No SYN with all its options and headers is longer.
    private static let synBytes: UInt64 = 100
    /// Where traceroute sends its probes (33434 and up, three a hop).
    private static let tracerouteProbes: ClosedRange<UInt16> = 33_434...33_625

    /// What came of the flow as an attempt. Cost: a few comparisons.
    public var contactOutcome: ContactOutcome {
        switch transport {
        case .tcp:
            if isOneSidedTalk { return .oneSided }
            return traits.contains(.isMidstream) ? .none : tcpOutcome
        case .udp:
            if traits.contains(.isMidstream) { return .none }
            if isAnswered { return .answered }
            if looksLikeReply || isLikelyBroadcast || Self.tracerouteProbes.contains(destinationPort) { return .none }
            return bytesSent > Self.requestBytes ? .oneSided : .silent
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
            if flagsSent & TCPFlag.acknowledge != 0 { return .none }
            return isBareRequest ? .failed : .oneSided
        case .reset where packetsSent <= 3 && bytesReceived < 200:
            return .touched
        case .established, .closing, .closed, .reset:
            return .answered
        case .unknown:
            if bytesReceived > 0 { return .answered }
            if flags != 0 || looksLikeReply { return .none }
            return isBareRequest ? .silent : .oneSided
        }
    }

    /// Whether somebody was talked to, who therefore answered, though no record of it came. A SYN with an ACK or an RST
    /// may be backscatter.
    private var isOneSidedTalk: Bool {
        let talk = TCPFlag.acknowledge
        return flagsSent & (talk | TCPFlag.syn | TCPFlag.reset) == talk && flagsReceived == 0 && bytesReceived == 0
            && !traits.contains(.bytesAreTotal) && sourcePort > destinationPort
    }

    /// Whether no more was sent than a SYN and its retries. Packets are no measure: sampling exporters multiply them.
    private var isBareRequest: Bool {
        packetsSent == 0 ? bytesSent <= Self.requestBytes : bytesSent / packetsSent <= Self.synBytes
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
