internal import FlowModel

/// The header of an IPv4 or IPv6 packet, and of IPv6 what extends it.
struct NetworkHeader {
    let source: IPAddress
    let destination: IPAddress
    let transport: Transport
    /// Bytes of the packet, this header among them; 0 where it does not say.
    let length: Int
    /// Where what it carries starts.
    let next: Int
    /// Whether what it carries is the middle or the end of something.
    let isLaterFragment: Bool

    /// Extension headers in a row that are gone through.
    private static let mostExtensions = 8

    /// The header at `start`; nil where it is not IP or its addresses are cut off.
    init?(_ bytes: RawSpan, _ start: Int, _ end: Int) {
        switch bytes.uint8(at: start) >> 4 {
        case 4:
            let words = Int(bytes.uint8(at: start) & 0x0f)
            guard words >= 5, start + 20 <= end else { return nil }
            source = bytes.v4(at: start + 12)
            destination = bytes.v4(at: start + 16)
            transport = Transport(rawValue: bytes.uint8(at: start + 9))
            length = Int(bytes.uint16(at: start + 2))
            next = start + 4 * words
            isLaterFragment = bytes.uint16(at: start + 6) & 0x1fff != 0
        case 6:
            guard start + 40 <= end else { return nil }
            source = bytes.v6(at: start + 8)
            destination = bytes.v6(at: start + 24)
            let payload = Int(bytes.uint16(at: start + 4))
            length = payload > 0 ? payload + 40 : 0
            (transport, next, isLaterFragment) = Self.carried(bytes, start, end)
        default: return nil
        }
    }

    /// What stands behind the extension headers (RFC 8200, 4).
    private static func carried(_ bytes: RawSpan, _ start: Int, _ end: Int) -> (Transport, Int, Bool) {
        var kind = bytes.uint8(at: start + 6)
        var place = start + 40
        var isLaterFragment = false
        for _ in 0..<mostExtensions {
            guard place + 8 <= end, !isLaterFragment else { break }
            let length: Int
            switch kind {
            // Hop-by-hop and destination options, routing, mobility, HIP, shim6.
            case 0, 43, 60, 135, 139, 140: length = 8 * (Int(bytes.uint8(at: place + 1)) + 1)
            case 44:
                length = 8
                isLaterFragment = bytes.uint16(at: place + 2) & 0xfff8 != 0
            // Authentication.
            case 51: length = 4 * (Int(bytes.uint8(at: place + 1)) + 2)
            default: return (Transport(rawValue: kind), place, isLaterFragment)
            }
            kind = bytes.uint8(at: place)
            place += length
        }
        return (Transport(rawValue: kind), place, isLaterFragment)
    }
}
