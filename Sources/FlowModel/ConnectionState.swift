/// How a connection stood when its record was written, in the terms every format can be mapped to.
public enum ConnectionState: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The format does not say, or says something we do not know.
    case unknown
    /// A request without any answer: Zeek S0, Argus `S_` and `INT`.
    case attempted
    /// A request that was refused: Zeek REJ, Argus `S_RA`, ICMP unreachable.
    case rejected
    /// Answered and, as far as is known, still open: Zeek S1, Argus `CON`.
    case established
    /// Half closed: Zeek S2, S3.
    case closing
    /// Closed in the ordinary way: Zeek SF, Argus `FSPA_FSPA`.
    case closed
    /// Answered, then broken off: Zeek RSTO, RSTR.
    case reset

    /// Whether the other side never took the request up.
    public var isFailure: Bool { self == .attempted || self == .rejected }

    /// The state of a TCP connection by the flags of its two ways, each ORed over its packets; 0 is a way without any.
    public init(flagsSent: UInt8, flagsReceived: UInt8) {
        // The bits of congestion notification say nothing of the state.
        let sent = flagsSent & 0x3f
        let received = flagsReceived & 0x3f
        if received == 0 {
            // SYN alone asks; anything else without an answer was begun before the record.
            self = sent == TCPFlag.syn || sent == TCPFlag.syn | TCPFlag.reset ? .attempted : .unknown
            return
        }
        let isAsked = sent & TCPFlag.syn != 0 && sent & TCPFlag.push == 0
        if isAsked, received & TCPFlag.reset != 0, received & TCPFlag.syn == 0 {
            self = .rejected
        } else if (sent | received) & TCPFlag.reset != 0 {
            self = .reset
        } else if sent & received & TCPFlag.fin != 0 {
            self = .closed
        } else {
            self = (sent | received) & TCPFlag.fin != 0 ? .closing : .established
        }
    }
}

extension Flow {
    /// Sets how the connection stood, and whether it was begun before the record, by the flags of both ends, if any.
    public mutating func settleState() {
        if flagsSent | flagsReceived != 0 {
            state = ConnectionState(flagsSent: flagsSent, flagsReceived: flagsReceived)
            if (flagsSent | flagsReceived) & TCPFlag.syn == 0 { traits.insert(.isMidstream) }
        }
        if traits.contains(.isMidstream), state.isFailure { state = .unknown }
    }
}

extension ConnectionState: CustomStringConvertible {
    /// The case's name, `attempted`.
    public var description: String {
        switch self {
        case .unknown: "unknown"
        case .attempted: "attempted"
        case .rejected: "rejected"
        case .established: "established"
        case .closing: "closing"
        case .closed: "closed"
        case .reset: "reset"
        }
    }
}
