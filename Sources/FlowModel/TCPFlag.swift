/// TCP flags as bits of the header's flags byte (RFC 9293, 3.1), and the letters they are written with.
public enum TCPFlag {
    public static let fin: UInt8 = 0x01
    public static let syn: UInt8 = 0x02
    public static let reset: UInt8 = 0x04
    public static let push: UInt8 = 0x08
    public static let acknowledge: UInt8 = 0x10
    public static let urgent: UInt8 = 0x20

    /// The letters of the eight flags, the lowest bit first; E and C are those of congestion (RFC 3168).
    public static let letters: StaticString = "FSRPAUEC"

    /// The flag of an upper-case letter as Argus and Zeek use it (Zeek's D, data, is push); 0 for any other.
    public static func of(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "F"): fin
        case UInt8(ascii: "S"): syn
        case UInt8(ascii: "R"): reset
        case UInt8(ascii: "P"), UInt8(ascii: "D"): push
        case UInt8(ascii: "A"): acknowledge
        case UInt8(ascii: "U"): urgent
        default: 0
        }
    }
}
