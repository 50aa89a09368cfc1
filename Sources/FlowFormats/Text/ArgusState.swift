import FlowModel

/// Argus' states: for TCP the flags of both ends around `_`, else a word.
enum ArgusState {
    static func take(_ text: Span<UInt8>, into flow: inout Flow) {
        if let bar = text.first(UInt8(ascii: "_"), from: 0) {
            for index in 0..<bar { flow.flagsSent |= TCPFlag.of(text[index]) }
            for index in bar + 1..<max(bar + 1, text.count) { flow.flagsReceived |= TCPFlag.of(text[index]) }
            return
        }
        let words: [(StaticString, ConnectionState)] = [
            ("CON", .established), ("INT", .attempted), ("REQ", .attempted), ("ECO", .attempted), ("ACC", .established),
            ("EST", .established), ("FIN", .closed), ("CLO", .closed), ("RST", .reset), ("URP", .rejected),
            ("URH", .rejected), ("URN", .rejected), ("URFIL", .rejected), ("URHPRO", .rejected), ("TIM", .attempted),
        ]
        for (word, state) in words where text.isEqual(to: word) { flow.state = state }
        if flow.transport == .tcp {
            // A request, and a request accepted: the flags that were seen tell the state, and a reflection from it.
            if text.isEqual(to: "REQ") || text.isEqual(to: "ACC") { flow.flagsSent = TCPFlag.syn }
            if text.isEqual(to: "ACC") { flow.flagsReceived = TCPFlag.syn | TCPFlag.acknowledge }
        } else if flow.state == .attempted, flow.bytesReceived > 0 {
            flow.state = .established
        }
    }

    static func word(_ flow: Flow) -> StaticString {
        guard flow.transport == .tcp else {
            switch flow.state {
            case .attempted: return "INT"
            case .rejected: return "URP"
            case .unknown: return ""
            default: return "CON"
            }
        }
        switch flow.state {
        case .unknown: return ""
        case .attempted: return "S_"
        case .rejected: return "S_RA"
        case .established: return "SPA_SPA"
        case .closing: return "FSPA_SPA"
        case .closed: return "FSPA_FSPA"
        case .reset: return "SRPA_SPA"
        }
    }
}
