import FlowModel

/// The words for connection states, ours first.
enum PlainState {
    private static let words: [(StaticString, ConnectionState)] = [
        ("New", .attempted), ("Unknown", .unknown), ("Established", .established), ("Closed", .closed),
        ("Reset", .reset),
        ("Rejected", .rejected), ("Closing", .closing), ("Connecting", .attempted), ("Attempted", .attempted),
        ("Attempt", .attempted), ("Open", .established), ("Opened", .established), ("Opening", .attempted),
        ("Connected", .established), ("Active", .established), ("Refused", .rejected), ("Denied", .rejected),
        ("Unanswered", .attempted), ("Timeout", .attempted), ("Finished", .closed), ("Close", .closed),
        ("Aborted", .reset), ("syn_sent", .attempted), ("syn-sent", .attempted), ("syn", .attempted),
        ("syn_recv", .attempted), ("syn_received", .attempted), ("est", .established), ("fin", .closed),
        ("fin_wait", .closing), ("fin_wait1", .closing), ("fin_wait2", .closing), ("close_wait", .closing),
        ("last_ack", .closing), ("time_wait", .closed), ("rst", .reset), ("unreplied", .attempted),
        ("assured", .established), ("replied", .established),
    ]

    /// The state a word stands for, case aside.
    static func state(_ word: Span<UInt8>) -> ConnectionState { known(word) ?? .unknown }

    /// The state a word stands for; nil for a word we do not know.
    static func known(_ word: Span<UInt8>) -> ConnectionState? {
        for (text, state) in words where word.isEqual(to: text) { return state }
        return nil
    }

    /// The word for a state.
    static func word(_ state: ConnectionState) -> StaticString {
        switch state {
        case .unknown: "Unknown"
        case .attempted: "New"
        case .rejected: "Rejected"
        case .established: "Established"
        case .closing: "Closing"
        case .closed: "Closed"
        case .reset: "Reset"
        }
    }
}
