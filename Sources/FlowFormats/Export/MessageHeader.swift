/// The header of a message of sets: NetFlow v9 (RFC 3954, 5.1) or IPFIX (RFC 7011, 3.1).
struct MessageHeader {
    static let netFlow9Length = 20
    static let ipfixLength = 16

    let isNetFlow9: Bool
    /// Where the first set starts.
    let length: Int
    /// Where the message ends.
    let end: Int
    /// Of the message: v9 counts datagrams, IPFIX data records.
    let sequence: UInt32
    let time: MessageTime

    /// The header of a datagram whose version and length `ExportSource` has checked.
    init(of datagram: RawSpan) throws(DecodeError) {
        isNetFlow9 = datagram.uint16(at: 0) == 9
        if isNetFlow9 {
            length = Self.netFlow9Length
            end = datagram.byteCount
            sequence = datagram.uint32(at: 12)
            time = MessageTime(
                exported: Int64(datagram.uint32(at: 8)) * 1_000_000_000, uptime: datagram.uint32(at: 4))
        } else {
            length = Self.ipfixLength
            end = Int(datagram.uint16(at: 2))
            guard end <= datagram.byteCount else { throw DecodeError(.cutShort, at: datagram.byteCount) }
            guard end >= length else { throw DecodeError(.badSetLength, at: 2) }
            sequence = datagram.uint32(at: 8)
            time = MessageTime(exported: Int64(datagram.uint32(at: 4)) * 1_000_000_000, uptime: nil)
        }
    }

    /// The ids of sets of templates and of options templates.
    var templateSet: UInt16 { isNetFlow9 ? 0 : 2 }
    var optionsSet: UInt16 { isNetFlow9 ? 1 : 3 }
}
