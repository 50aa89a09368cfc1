import FlowModel

/// A filter as it is written: what the parser makes and `FlowFilter` compiles.
enum FilterExpression {
    case test(FilterTest)
    indirect case not(FilterExpression)
    /// Every one of them; true when there is none.
    case all([FilterExpression])
    /// At least one of them; false when there is none.
    case any([FilterExpression])
}

/// One question to a flow.
enum FilterTest: Equatable, Sendable {
    /// Whether a field lies between two values, both included; never when `low` is above `high`.
    case range(FilterField, low: UInt64, high: UInt64)
    /// Whether all bits of `mask` are set in a field.
    case allBits(FilterField, mask: UInt64)
    /// Whether no bit of `mask` is set in a field.
    case noBits(FilterField, mask: UInt64)
    /// Whether a field is the id of a name that a set of patterns takes; `set` is the place of the set.
    case member(FilterField, set: Int)
    /// Whether the source lies in a network.
    case source(base: IPAddress, mask: IPAddress)
    /// Whether the destination lies in a network.
    case destination(base: IPAddress, mask: IPAddress)
}

/// What is asked of a flow, as a number of 64 bits.
enum FilterField: Sendable {
    case sourcePort, destinationPort, transport, state, family
    case bytes, bytesSent, bytesReceived, packets, packetsSent, packetsReceived
    /// Nanoseconds.
    case duration
    /// A `Timestamp` in the order of unsigned numbers.
    case start
    /// Rounded down; 0 for a flow without duration, as with nfdump.
    case bytesPerSecond, bitsPerSecond, packetsPerSecond
    /// Rounded down; 0 for a flow without packets.
    case bytesPerPacket
    case flags, flagsSent, flagsReceived
    case application, label, sourceGroups, destinationGroups

    /// The field of `flow`.
    @inline(__always)
    func value(of flow: borrowing Flow) -> UInt64 {
        switch self {
        case .sourcePort: UInt64(flow.sourcePort)
        case .destinationPort: UInt64(flow.destinationPort)
        case .transport: UInt64(flow.transport.rawValue)
        case .state: UInt64(flow.state.rawValue)
        case .family: flow.source.isV4 ? 4 : 6
        case .bytes: flow.bytes
        case .bytesSent: flow.bytesSent
        case .bytesReceived: flow.bytesReceived
        case .packets: Self.packets(of: flow)
        case .packetsSent: flow.packetsSent
        case .packetsReceived: flow.packetsReceived
        case .duration: UInt64(max(0, flow.duration))
        case .start: Self.ordered(flow.start)
        case .bytesPerSecond: Self.rate(flow.bytes, of: flow, factor: 1e9)
        case .bitsPerSecond: Self.rate(flow.bytes, of: flow, factor: 8e9)
        case .packetsPerSecond: Self.rate(Self.packets(of: flow), of: flow, factor: 1e9)
        case .bytesPerPacket: Self.packets(of: flow) == 0 ? 0 : flow.bytes / Self.packets(of: flow)
        case .flags: UInt64(flow.flagsSent | flow.flagsReceived)
        case .flagsSent: UInt64(flow.flagsSent)
        case .flagsReceived: UInt64(flow.flagsReceived)
        case .application: UInt64(flow.application.rawValue)
        case .label: UInt64(flow.label.rawValue)
        case .sourceGroups: UInt64(flow.sourceGroups.rawValue)
        case .destinationGroups: UInt64(flow.destinationGroups.rawValue)
        }
    }

    /// A moment as a number that keeps the order of moments.
    static func ordered(_ time: Timestamp) -> UInt64 { UInt64(bitPattern: time.nanoseconds) ^ 1 << 63 }

    private static func packets(of flow: borrowing Flow) -> UInt64 {
        flow.packetsSent.addingClamped(flow.packetsReceived)
    }

    /// `count` times `factor` over the nanoseconds of the flow. Doubles: 64 bits hold no product of the two.
    private static func rate(_ count: UInt64, of flow: borrowing Flow, factor: Double) -> UInt64 {
        guard flow.duration > 0 else { return 0 }
        let value = Double(count) * factor / Double(flow.duration)
        return value < 0x1p63 ? UInt64(value) : .max
    }
}
