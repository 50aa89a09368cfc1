import FlowModel

/// Zeek's conn_state (documentation of base/protocols/conn).
enum ZeekState {
    static func state(_ text: Span<UInt8>) -> (ConnectionState, FlowTraits) {
        if text.isEqual(to: "SF") { return (.closed, []) }
        if text.isEqual(to: "S0") { return (.attempted, []) }
        if text.isEqual(to: "REJ") { return (.rejected, []) }
        if text.isEqual(to: "S1") { return (.established, []) }
        if text.isEqual(to: "S2") || text.isEqual(to: "S3") { return (.closing, []) }
        if text.isEqual(to: "RSTO") || text.isEqual(to: "RSTR") { return (.reset, []) }
        // The originator's SYN, then its own reset or FIN, and never an answer.
        if text.isEqual(to: "RSTOS0") || text.isEqual(to: "SH") { return (.attempted, []) }
        // Only the responder's side was seen, or neither end's beginning.
        if text.isEqual(to: "RSTRH") || text.isEqual(to: "SHR") || text.isEqual(to: "OTH") {
            return (.unknown, .isMidstream)
        }
        return (.unknown, [])
    }

    static func word(_ state: ConnectionState) -> StaticString {
        switch state {
        case .unknown: "-"
        case .attempted: "S0"
        case .rejected: "REJ"
        case .established: "S1"
        case .closing: "S2"
        case .closed: "SF"
        case .reset: "RSTO"
        }
    }
}
