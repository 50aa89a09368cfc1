/// How a connection stood when its record was written, in the terms every format can be mapped to.
public enum ConnectionState: UInt8, Sendable, CaseIterable {
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
}
