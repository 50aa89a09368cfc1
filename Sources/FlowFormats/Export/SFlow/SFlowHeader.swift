internal import FlowModel

/// The header of an sFlow v5 datagram. Source: sFlow.org, "sFlow Version 5", July 2004.
struct SFlowHeader {
    let agent: IPAddress
    let subAgent: UInt32
    let sequence: UInt32
    /// Milliseconds since the agent was started.
    let uptime: UInt32
    let sampleCount: UInt32
    /// Where the first sample starts.
    let length: Int

    /// The header of a datagram of version 5; nil where it is cut short or its agent's address is of no known kind.
    init?(of bytes: RawSpan) {
        let behind: Int
        switch bytes.uint32(at: 4) {
        case 1:
            agent = bytes.v4(at: 8)
            behind = 12
        case 2:
            agent = bytes.v6(at: 8)
            behind = 24
        default: return nil
        }
        length = behind + 16
        guard length <= bytes.byteCount else { return nil }
        subAgent = bytes.uint32(at: behind)
        sequence = bytes.uint32(at: behind + 4)
        uptime = bytes.uint32(at: behind + 8)
        sampleCount = bytes.uint32(at: behind + 12)
    }
}
