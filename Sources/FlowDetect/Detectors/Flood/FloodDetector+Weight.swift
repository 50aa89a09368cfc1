import FlowModel

/// What a flow weighs.
extension FloodDetector {
    /// Packets without an answer that weigh as much as a flow: 1,000 SYN/s, 500 ICMP/s, 20,000 UDP/s (FastNetMon's limit)
    /// are then as bad as 100 flows/s.
    static let packetsOfTCP = 10.0
    static let packetsOfICMP = 5.0
    static let packetsOfUDP = 200.0

    static func isICMP(_ flow: Flow) -> Bool { flow.transport == .icmp || flow.transport == .icmpV6 }

    static func weight(of flow: Flow, channel: Int) -> Float {
        guard channel == 0, flow.packetsSent > 5 else { return 1 }
        let unit: Double
        switch flow.transport {
        case .tcp:
            // Without a state it may be the one way of a transfer.
            guard flow.state.isFailure else { return 1 }
            unit = packetsOfTCP
        case .icmp, .icmpV6: unit = packetsOfICMP
        default: unit = packetsOfUDP
        }
        // What falls into the slice, if the packets are spread over the flow.
        let share = flow.duration > slice ? Double(slice) / Double(flow.duration) : 1
        return Float(min(1e9, max(1, Double(flow.packetsSent) * share / unit)))
    }
}
