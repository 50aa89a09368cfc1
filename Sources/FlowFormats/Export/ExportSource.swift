public import FlowModel

/// The export protocols that are read.
public enum ExportProtocol: String, Sendable, CaseIterable {
    case netFlow5 = "NetFlow v5"
    case netFlow7 = "NetFlow v7"
    case netFlow9 = "NetFlow v9"
    case ipfix = "IPFIX"
    case sFlow5 = "sFlow v5"
}

/// Who says that it sent a datagram, as its header has it: one address can speak for several.
public struct ExportSource: Hashable, Sendable {
    /// The protocol it speaks.
    public let exportProtocol: ExportProtocol
    /// Its observation domain (IPFIX), source id (v9), engine type × 256 + engine id (v5) or sub-agent (sFlow).
    public let domain: UInt32
    /// The agent's address, which only sFlow states; a collector in between may have sent the datagram.
    public let agent: IPAddress?

    /// What the header of a datagram says; nil where it is of no protocol we know or has no whole header.
    public init?(of datagram: RawSpan) {
        var agent: IPAddress?
        switch datagram.uint16(at: 0) {
        case 5:
            guard datagram.byteCount >= NetFlow5.headerLength else { return nil }
            exportProtocol = .netFlow5
            domain = UInt32(datagram.uint16(at: 20))
        case 7:
            guard datagram.byteCount >= NetFlow5.headerLength else { return nil }
            exportProtocol = .netFlow7
            domain = 0
        case 9:
            guard datagram.byteCount >= MessageHeader.netFlow9Length else { return nil }
            exportProtocol = .netFlow9
            domain = datagram.uint32(at: 16)
        case 10:
            guard datagram.byteCount >= MessageHeader.ipfixLength else { return nil }
            exportProtocol = .ipfix
            domain = datagram.uint32(at: 12)
        case 0 where datagram.uint32(at: 0) == 5:
            guard let header = SFlowHeader(of: datagram) else { return nil }
            exportProtocol = .sFlow5
            domain = header.subAgent
            agent = header.agent
        default: return nil
        }
        self.agent = agent
    }
}
