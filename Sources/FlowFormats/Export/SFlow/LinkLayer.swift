/// What stands in front of an IP packet on the wire.
enum LinkLayer {
    /// Tags, labels and so on in a row that are gone through.
    private static let mostTags = 8

    /// Where the IP header starts; nil where the frame carries none.
    static func network(_ bytes: RawSpan, _ start: Int, _ end: Int, _ link: PacketHeader.Link) -> Int? {
        switch link {
        case .ip: start
        case .mpls: labels(bytes, start, end)
        case .ppp: pointToPoint(bytes, start, end)
        case .ethernet: start + 14 <= end ? payload(bytes, type: bytes.uint16(at: start + 12), start + 14, end) : nil
        }
    }

    /// Parameter type: the EtherType of what starts at `start`.
    private static func payload(_ bytes: RawSpan, type: UInt16, _ start: Int, _ end: Int) -> Int? {
        var type = type
        var place = start
        for _ in 0..<mostTags {
            switch type {
            case 0x0800, 0x86dd: return place
            case 0x8100, 0x88a8, 0x9100, 0x9200:
                type = bytes.uint16(at: place + 2)
                place += 4
            case 0x8847, 0x8848: return labels(bytes, place, end)
            // PPPoE: six bytes of session and length.
            case 0x8864: return pointToPoint(bytes, place + 6, end)
            // IEEE 802.3: a length, then LLC and SNAP.
            case 0..<0x0600 where bytes.uint32(at: place) >> 8 == 0xaa_aa_03:
                type = bytes.uint16(at: place + 6)
                place += 8
            default: return nil
            }
            guard place < end else { return nil }
        }
        return nil
    }

    /// PPP: address and control, if not left out, then the protocol in one byte or two.
    private static func pointToPoint(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
        var place = start
        if bytes.uint16(at: place) == 0xff03 { place += 2 }
        let isShort = bytes.uint8(at: place) & 1 == 1
        let number = isShort ? UInt16(bytes.uint8(at: place)) : bytes.uint16(at: place)
        place += isShort ? 1 : 2
        switch number {
        case 0x0021, 0x0057: return place < end ? place : nil
        case 0x0281, 0x0283: return labels(bytes, place, end)
        default: return nil
        }
    }

    /// MPLS: labels up to the last of the stack. What follows is not said: IP by its first four bits, or a pseudowire's
    /// control word, which begins with 0, and an Ethernet frame.
    private static func labels(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
        var place = start
        for _ in 0..<mostTags {
            guard place + 4 < end else { return nil }
            let isLast = bytes.uint8(at: place + 2) & 1 == 1
            place += 4
            guard isLast else { continue }
            switch bytes.uint8(at: place) >> 4 {
            case 4, 6: return place
            case 0 where place + 18 <= end:
                return payload(bytes, type: bytes.uint16(at: place + 16), place + 18, end)
            default: return nil
            }
        }
        return nil
    }
}
