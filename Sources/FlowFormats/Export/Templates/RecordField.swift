/// What is read from a record. The raw value is the field's place in a plan.
enum RecordField: Int, Sendable {
    case source4, destination4, source6High, source6Low, destination6High, destination6Low
    case transport, sourcePort, destinationPort
    case bytesSent, bytesReceived, packetsSent, packetsReceived
    case flagsSent, flagsReceived
    /// YAF states the flags of the first packet apart from those of the others.
    case firstFlagsSent, firstFlagsReceived
    case start, end, duration, observed
    case icmpTypeAndCode, icmpType, icmpCode
    case ipVersion, direction, firewallEvent, natEvent
    /// When the exporter was started.
    case started
    /// One packet in so many was looked at.
    case oneIn
    /// So many packets in a row were looked at, then so many not.
    case packetInterval, packetSpace
    /// So many packets of so many were looked at.
    case sampleSize, samplePopulation
    /// The chance of a packet to be looked at, a 64-bit floating-point number.
    case sampleChance
    case sampler

    /// How many there are.
    static let count = RecordField.sampler.rawValue + 1
}

/// A set of record fields.
struct RecordFields: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt64
    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ fields: RecordField...) {
        rawValue = fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    /// Those that say how the packets were sampled.
    static let sampling = RecordFields(
        .oneIn, .packetInterval, .packetSpace, .sampleSize, .samplePopulation, .sampleChance, .sampler)
    /// Those that count bytes or packets.
    static let counters = RecordFields(.bytesSent, .bytesReceived, .packetsSent, .packetsReceived)
    /// Those of the way back, from destination to source.
    static let wayBack = RecordFields(.bytesReceived, .packetsReceived, .flagsReceived, .firstFlagsReceived)
    /// Those that few templates have; a record of a template without them is decoded on a shorter way.
    static let rare = RecordFields(
        .firstFlagsSent, .firstFlagsReceived, .icmpTypeAndCode, .icmpType, .icmpCode, .direction, .firewallEvent)
}

/// In what a time is stated.
enum TimeUnit: UInt8, Sendable {
    /// Not at all.
    case none
    /// Milliseconds since the exporter was started.
    case uptime
    case seconds, milliseconds
    /// NTP's format (RFC 5905): seconds since 1900 and their fraction, 32 bits each.
    case ntp
    /// Microseconds before the time of export.
    case microsecondsAgo
    /// Lengths of time.
    case durationMilliseconds, durationMicroseconds

}
