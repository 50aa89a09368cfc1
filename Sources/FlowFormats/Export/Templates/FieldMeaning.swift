/// What an information element says of a flow.
///
/// Sources: IANA "IP Flow Information Export (IPFIX) Entities", Cisco "NetFlow Version 9 Flow-Record Format", RFC 5103,
/// Cisco "NetFlow Secure Event Logging", CERT's registry (enterprise 6871).
struct FieldMeaning: Sendable {
    /// What it fills.
    let field: RecordField
    /// Of several elements for one field, that of the lowest rank counts, and of equals the first.
    let rank: UInt8
    /// Times: in what.
    let unit: TimeUnit

    init(_ field: RecordField, rank: UInt8 = 0, _ unit: TimeUnit = .none) {
        self.field = field
        self.rank = rank
        self.unit = unit
    }

    /// The rank of v9's outgoing counters: the way back where the incoming ones stand beside them (nProbe, FortiGate).
    static let outgoing: UInt8 = 9

    /// The meaning of a field; nil for what a flow has no place for.
    static func of(_ specifier: FieldSpecifier, isNetFlow9: Bool) -> FieldMeaning? {
        switch specifier.enterprise {
        case 0 where isNetFlow9: netFlow9(specifier.element) ?? standard(specifier.element)
        case 0: standard(specifier.element)
        case FieldSpecifier.reverse: reverse(specifier.element)
        case FieldSpecifier.cert: cert(specifier.element)
        case FieldSpecifier.cisco: cisco(specifier.element)
        default: nil
        }
    }

    private static func standard(_ element: UInt16) -> FieldMeaning? {
        address(element) ?? counter(element) ?? time(element) ?? sampling(element)
    }

    private static func address(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 8: FieldMeaning(.source4)
        case 12: FieldMeaning(.destination4)
        case 27: FieldMeaning(.source6High)
        case 28: FieldMeaning(.destination6High)
        // After translation: only where nothing is said of before.
        case 225: FieldMeaning(.source4, rank: 1)
        case 226: FieldMeaning(.destination4, rank: 1)
        case 281: FieldMeaning(.source6High, rank: 1)
        case 282: FieldMeaning(.destination6High, rank: 1)
        case 4: FieldMeaning(.transport)
        case 7: FieldMeaning(.sourcePort)
        case 11: FieldMeaning(.destinationPort)
        case 180, 182: FieldMeaning(.sourcePort, rank: 1)
        case 181, 183: FieldMeaning(.destinationPort, rank: 1)
        case 227: FieldMeaning(.sourcePort, rank: 2)
        case 228: FieldMeaning(.destinationPort, rank: 2)
        case 6: FieldMeaning(.flagsSent)
        case 32: FieldMeaning(.icmpTypeAndCode)
        case 139: FieldMeaning(.icmpTypeAndCode, rank: 1)
        case 176: FieldMeaning(.icmpType)
        case 177: FieldMeaning(.icmpCode)
        case 178: FieldMeaning(.icmpType, rank: 1)
        case 179: FieldMeaning(.icmpCode, rank: 1)
        case 60: FieldMeaning(.ipVersion)
        case 239: FieldMeaning(.direction)
        case 230: FieldMeaning(.natEvent)
        case 233: FieldMeaning(.firewallEvent)
        default: nil
        }
    }

    private static func counter(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 1: FieldMeaning(.bytesSent)
        case 2: FieldMeaning(.packetsSent)
        case 231: FieldMeaning(.bytesSent, rank: 1)
        case 298: FieldMeaning(.packetsSent, rank: 1)
        case 232: FieldMeaning(.bytesReceived, rank: 1)
        case 299: FieldMeaning(.packetsReceived, rank: 1)
        case 85: FieldMeaning(.bytesSent, rank: 2)
        case 86: FieldMeaning(.packetsSent, rank: 2)
        case 352: FieldMeaning(.bytesSent, rank: 3)
        // What left the device: the same way, measured behind it.
        case 23: FieldMeaning(.bytesSent, rank: 4)
        case 24: FieldMeaning(.packetsSent, rank: 4)
        default: nil
        }
    }

    private static func time(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 156: FieldMeaning(.start, .ntp)
        case 157: FieldMeaning(.end, .ntp)
        case 154: FieldMeaning(.start, rank: 1, .ntp)
        case 155: FieldMeaning(.end, rank: 1, .ntp)
        case 152: FieldMeaning(.start, rank: 2, .milliseconds)
        case 153: FieldMeaning(.end, rank: 2, .milliseconds)
        case 150: FieldMeaning(.start, rank: 4, .seconds)
        case 151: FieldMeaning(.end, rank: 4, .seconds)
        case 22: FieldMeaning(.start, rank: 3, .uptime)
        case 21: FieldMeaning(.end, rank: 3, .uptime)
        case 158: FieldMeaning(.start, rank: 5, .microsecondsAgo)
        case 159: FieldMeaning(.end, rank: 5, .microsecondsAgo)
        case 162: FieldMeaning(.duration, .durationMicroseconds)
        case 161: FieldMeaning(.duration, rank: 1, .durationMilliseconds)
        case 325: FieldMeaning(.observed, .ntp)
        case 324: FieldMeaning(.observed, rank: 1, .ntp)
        case 323: FieldMeaning(.observed, rank: 2, .milliseconds)
        case 322: FieldMeaning(.observed, rank: 3, .seconds)
        case 160: FieldMeaning(.started)
        default: nil
        }
    }

    private static func sampling(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 34: FieldMeaning(.oneIn)
        case 50: FieldMeaning(.oneIn, rank: 1)
        case 48: FieldMeaning(.sampler, rank: 1)
        case 302: FieldMeaning(.sampler)
        case 305: FieldMeaning(.packetInterval)
        case 306: FieldMeaning(.packetSpace)
        case 309: FieldMeaning(.sampleSize)
        case 310: FieldMeaning(.samplePopulation)
        case 311: FieldMeaning(.sampleChance)
        default: nil
        }
    }

    /// What means something else in NetFlow v9, or has a number only there.
    private static func netFlow9(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 23: FieldMeaning(.bytesReceived, rank: outgoing)
        case 24: FieldMeaning(.packetsReceived, rank: outgoing)
        // ASA before 8.4 numbered events itself.
        case 40_005: FieldMeaning(.firewallEvent, rank: 1)
        case 0x8000...: cisco(element & 0x7fff)
        default: nil
        }
    }

    private static func reverse(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 1: FieldMeaning(.bytesReceived)
        case 2: FieldMeaning(.packetsReceived)
        case 85: FieldMeaning(.bytesReceived, rank: 2)
        case 86: FieldMeaning(.packetsReceived, rank: 2)
        case 6: FieldMeaning(.flagsReceived)
        default: nil
        }
    }

    private static func cert(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 14: FieldMeaning(.firstFlagsSent)
        case 15: FieldMeaning(.flagsSent, rank: 1)
        case 0x4000 | 14: FieldMeaning(.firstFlagsReceived)
        case 0x4000 | 15: FieldMeaning(.flagsReceived, rank: 1)
        default: nil
        }
    }

    /// Client and server of Cisco's application monitoring.
    private static func cisco(_ element: UInt16) -> FieldMeaning? {
        switch element {
        case 12_236: FieldMeaning(.source4, rank: 2)
        case 12_237: FieldMeaning(.destination4, rank: 2)
        case 12_238: FieldMeaning(.source6High, rank: 2)
        case 12_239: FieldMeaning(.destination6High, rank: 2)
        case 12_240: FieldMeaning(.sourcePort, rank: 3)
        case 12_241: FieldMeaning(.destinationPort, rank: 3)
        default: nil
        }
    }
}
