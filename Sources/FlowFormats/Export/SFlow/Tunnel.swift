internal import FlowModel

/// Packets that carry packets.
enum Tunnel {
    /// Where the inner packet starts and with what; nil where `transport` carries none that is read.
    static func inner(
        _ transport: Transport, _ bytes: RawSpan, _ start: Int, _ end: Int
    ) -> (place: Int, link: PacketHeader.Link)? {
        switch transport.rawValue {
        case 4, 41: return (start, .ip)
        case 47: return generic(bytes, start, end)
        default: return nil
        }
    }

    /// GRE (RFC 2784, RFC 2890); its version 1, of PPTP, carries what cannot be read.
    private static func generic(_ bytes: RawSpan, _ start: Int, _ end: Int) -> (Int, PacketHeader.Link)? {
        let flags = bytes.uint16(at: start)
        guard start + 4 <= end, flags & 0x4007 == 0 else { return nil }
        // Checksum, key and sequence number: four bytes each where their flag is set.
        let place = start + 4 + 4 * (flags & 0xb000).nonzeroBitCount
        switch bytes.uint16(at: start + 2) {
        case 0x0800, 0x86dd: return (place, .ip)
        case 0x6558: return (place, .ethernet)
        case 0x8847, 0x8848: return (place, .mpls)
        default: return nil
        }
    }
}
