/// An IP protocol by its IANA number. 255 (reserved by IANA) stands for "not known".
public struct Transport: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let icmp = Transport(rawValue: 1)
    public static let igmp = Transport(rawValue: 2)
    public static let tcp = Transport(rawValue: 6)
    public static let udp = Transport(rawValue: 17)
    public static let gre = Transport(rawValue: 47)
    public static let icmpV6 = Transport(rawValue: 58)
    public static let sctp = Transport(rawValue: 132)
    public static let unknown = Transport(rawValue: 255)

    /// The names of IANA's protocol-numbers registry that exporters write, lower case, `_` for blanks and signs.
    static let names: [(name: StaticString, number: UInt8)] = [
        ("tcp", 6), ("udp", 17), ("icmp", 1), ("igmp", 2), ("ipv6-icmp", 58), ("icmp6", 58), ("icmpv6", 58),
        ("icmp-v6", 58), ("esp", 50), ("ah", 51), ("gre", 47), ("sctp", 132), ("eigrp", 88), ("ospf", 89),
        ("ospfigp", 89), ("ospfig", 89), ("pim", 103), ("vrrp", 112), ("ipip", 4), ("ipv4", 4), ("ipnip", 4),
        ("ipv6", 41), ("ipv6-route", 43), ("ipv6-frag", 44), ("ipv6-no", 59), ("ipv6-nonxt", 59), ("ipv6-opts", 60),
        ("hopopt", 0), ("ggp", 3), ("st", 5), ("st2", 5), ("cbt", 7), ("egp", 8), ("igp", 9), ("bbn-rcc", 10),
        ("bbn-rcc-mon", 10), ("nvp", 11), ("nvp-ii", 11), ("pup", 12), ("argus", 13), ("emcon", 14), ("xnet", 15),
        ("chaos", 16), ("mux", 18), ("dcn", 19), ("dcn-meas", 19), ("hmp", 20), ("prm", 21), ("xns-idp", 22),
        ("trunk-1", 23), ("trunk-2", 24), ("leaf-1", 25), ("leaf-2", 26), ("rdp", 27), ("irtp", 28),
        ("iso-tp4", 29), ("netblt", 30), ("mfe-nsp", 31), ("merit-inp", 32), ("dccp", 33), ("3pc", 34),
        ("idpr", 35), ("xtp", 36), ("ddp", 37), ("idpr-cmtp", 38), ("tp++", 39), ("il", 40), ("sdrp", 42),
        ("idrp", 45), ("rsvp", 46), ("dsr", 48), ("bna", 49), ("i-nlsp", 52), ("swipe", 53), ("narp", 54),
        ("mobile", 55), ("tlsp", 56), ("skip", 57), ("any-host", 61), ("cftp", 62), ("any-local", 63),
        ("sat-expak", 64), ("kryptolan", 65), ("rvd", 66), ("ippc", 67), ("any-dfs", 68), ("sat-mon", 69),
        ("visa", 70), ("ipcv", 71), ("cpnx", 72), ("cphb", 73), ("wsn", 74), ("pvp", 75), ("br-sat-mon", 76),
        ("sun-nd", 77), ("wb-mon", 78), ("wb-expak", 79), ("iso-ip", 80), ("vmtp", 81), ("secure-vmtp", 82),
        ("vines", 83), ("ttp", 84), ("nsfnet-igp", 85), ("dgp", 86), ("tcf", 87), ("sprite-rpc", 90), ("larp", 91),
        ("mtp", 92), ("ax.25", 93), ("micp", 95), ("scc-sp", 96), ("etherip", 97), ("encap", 98), ("gmtp", 100),
        ("ifmp", 101), ("pnni", 102), ("aris", 104), ("scps", 105), ("qnx", 106), ("a/n", 107), ("ipcomp", 108),
        ("snp", 109), ("compaq-peer", 110), ("ipx-in-ip", 111), ("pgm", 113), ("zero", 114), ("any-0hop", 114),
        ("l2tp", 115), ("ddx", 116), ("iatp", 117), ("stp", 118), ("srp", 119), ("uti", 120), ("smp", 121),
        ("sm", 122), ("ptp", 123), ("isis", 124), ("fire", 125), ("crtp", 126), ("crudp", 127), ("sccopmce", 128),
        ("iplt", 129), ("sps", 130), ("pipe", 131), ("fc", 133), ("rsvp-e2e-ignore", 134), ("udplite", 136),
        ("mpls-in-ip", 137), ("manet", 138), ("shim6", 139), ("rtp", 17), ("rtcp", 17), ("udt", 17),
    ]

    /// The protocol named or numbered by `text`, case and `_` or `-` aside; nil if it is not one we know.
    ///
    /// Argus writes `rtp`, `rtcp` and `udt` for what rides on UDP.
    public init?(text: Span<UInt8>) {
        // tcp and udp are nearly everything.
        if text.count == 3 {
            let folded = UInt32(text[0] | 0x20) << 16 | UInt32(text[1] | 0x20) << 8 | UInt32(text[2] | 0x20)
            if folded == 0x74_63_70 {
                self = .tcp
                return
            }
            if folded == 0x75_64_70 {
                self = .udp
                return
            }
        }
        guard !text.isEmpty, text.count <= 16 else { return nil }
        if let number = Self.number(text) {
            rawValue = number
            return
        }
        for entry in Self.names where Self.matches(entry.name, text) {
            rawValue = entry.number
            return
        }
        return nil
    }

    private static func number(_ text: Span<UInt8>) -> UInt8? {
        var value = 0
        for index in text.indices {
            let digit = text[index] &- 0x30
            guard digit < 10, index < 3 else { return nil }
            value = value * 10 + Int(digit)
        }
        return UInt8(exactly: value)
    }

    private static func matches(_ name: StaticString, _ text: Span<UInt8>) -> Bool {
        guard name.utf8CodeUnitCount == text.count else { return false }
        return name.withUTF8Buffer { bytes in
            for index in text.indices {
                var byte = text[index]
                if byte >= 0x41 && byte <= 0x5a { byte |= 0x20 }
                if byte == UInt8(ascii: "_") { byte = UInt8(ascii: "-") }
                if byte != bytes[index] { return false }
            }
            return true
        }
    }
}

extension Transport: CustomStringConvertible {
    /// The registry's lower-case name, or the number where it has none.
    public var description: String {
        if self == .unknown { return "unknown" }
        for entry in Self.names where entry.number == rawValue { return entry.name.description }
        return String(rawValue)
    }
}
