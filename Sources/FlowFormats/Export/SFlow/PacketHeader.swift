internal import FlowModel

/// What the first bytes of a packet say of its flow: the innermost addresses that can be read, and what they carry.
///
/// Goes through VLAN and QinQ tags, LLC/SNAP, PPPoE, PPP, MPLS (pseudowires among it), IPv6 extension headers, and IP in
/// IP and GRE, by the inner packet. A packet may be cut off anywhere; what is cut off is 0.
struct PacketHeader: Equatable {
    /// What a packet starts with.
    enum Link { case ethernet, ppp, ip, mpls }

    var source: IPAddress
    var destination: IPAddress
    var transport = Transport.unknown
    /// 0 where the protocol has none, and in fragments behind the first.
    var sourcePort: UInt16 = 0
    /// Of ICMP its type × 256 + code, as NetFlow has it.
    var destinationPort: UInt16 = 0
    /// TCP flags.
    var flags: UInt8 = 0
    /// Bytes of the IP packet, its header among them.
    var length = 0

    /// So many packets inside each other are looked at.
    private static let deepestTunnel = 4

    init(source: IPAddress, destination: IPAddress) {
        self.source = source
        self.destination = destination
    }

    /// Reads the packet in `bytes[start..<end]`. Parameter frameLength: bytes of the whole frame on the wire. Returns nil
    /// where it is not IP, or its addresses are cut off.
    init?(_ bytes: RawSpan, from start: Int, to end: Int, link: Link, frameLength: Int) {
        self.init(bytes, start, end, link, frameLength, depth: 0)
    }

    private init?(_ bytes: RawSpan, _ start: Int, _ end: Int, _ link: Link, _ frameLength: Int, depth: Int) {
        guard let place = LinkLayer.network(bytes, start, end, link),
            let network = NetworkHeader(bytes, place, end)
        else { return nil }
        self.init(source: network.source, destination: network.destination)
        transport = network.transport
        // Left at 0 by cards that cut large packets up themselves.
        length = network.length > 0 ? network.length : max(0, frameLength - (place - start))
        guard !network.isLaterFragment else { return }
        if depth < Self.deepestTunnel, let (inner, link) = Tunnel.inner(network.transport, bytes, network.next, end),
            let packet = PacketHeader(
                bytes, inner, end, link, frameLength - (inner - start), depth: depth + 1)
        {
            self = packet
            return
        }
        readPorts(bytes, network.next, end)
    }

    private mutating func readPorts(_ bytes: RawSpan, _ place: Int, _ end: Int) {
        switch transport {
        case .tcp, .udp, .sctp, Transport(rawValue: 33), Transport(rawValue: 136):
            guard place + 4 <= end else { return }
            sourcePort = bytes.uint16(at: place)
            destinationPort = bytes.uint16(at: place + 2)
            if transport == .tcp, place + 14 <= end { flags = bytes.uint8(at: place + 13) }
        case .icmp, .icmpV6:
            if place + 2 <= end { destinationPort = bytes.uint16(at: place) }
        default: break
        }
    }
}
