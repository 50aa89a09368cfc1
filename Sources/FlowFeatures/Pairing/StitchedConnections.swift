public import FlowModel
public import FlowState

/// Connections that last, put together of the slices that exporters cut them into.
///
/// An exporter tells of a flow that goes on after an active timeout (60 s to an hour), and begins a new record: the same
/// two ends and ports, and it starts where the last one ended. A later record may have its ends the other way round, for
/// it shows no beginning. Flows shorter than half a minute are no slices. Bounded: 16,384 connections of 64 bytes; of a
/// few, the one that ended first makes room. Cost: nothing for short flows, else one probe of eight places.
public struct StitchedConnections: Sendable, Stateful {
    /// Shorter flows, in nanoseconds, are nobody's slice.
    public static let leastSlice: Int64 = 30_000_000_000

    /// How long after a slice of some length the next one may begin, nanoseconds: between its packets a slice is silent,
    /// but hardly for longer than it lasts.
    public static func grace(after duration: Int64) -> Int64 { max(duration, 2_000_000_000) }

    /// A connection so far.
    public struct Connection: Sendable, BitwiseCopyable {
        /// The start of its first slice.
        public fileprivate(set) var start = Timestamp(nanoseconds: .min)
        /// The end of its last.
        public fileprivate(set) var end = Timestamp(nanoseconds: .min)
        /// Bytes both ways.
        public fileprivate(set) var bytes: UInt64 = 0
        /// How many slices.
        public fileprivate(set) var slices: UInt32 = 0
        /// What whoever asks has noted of it; 0 at first.
        public var mark: UInt32 = 0
        fileprivate var grace: Int64 = 0
        fileprivate var key = Key()

        /// How long it has lasted, nanoseconds.
        public var duration: Int64 { end.nanoseconds.subtractingClamped(start.nanoseconds) }
    }

    /// Two ends, the lower host first, and a protocol.
    fileprivate struct Key: Equatable, Sendable, BitwiseCopyable {
        var low: UInt32 = 0
        var high: UInt32 = 0
        var lowPort: UInt16 = 0
        var highPort: UInt16 = 0
        var transport = Transport.unknown

        init() {}

        init(_ flow: Flow) {
            let isUp = flow.sourceHost.rawValue < flow.destinationHost.rawValue
            low = isUp ? flow.sourceHost.rawValue : flow.destinationHost.rawValue
            high = isUp ? flow.destinationHost.rawValue : flow.sourceHost.rawValue
            lowPort = isUp ? flow.sourcePort : flow.destinationPort
            highPort = isUp ? flow.destinationPort : flow.sourcePort
            transport = flow.transport
        }

        var hash: UInt64 {
            let hosts = UInt64(low) << 32 | UInt64(high)
            let ports = UInt64(lowPort) << 16 | UInt64(highPort)
            return (hosts &* 0x9e37_79b9_7f4a_7c15 ^ ports) &* 0xbf58_476d_1ce4_e5b9
        }
    }

    private static let count = 16_384
    private static let ways = 8

    /// Connections that made room for others.
    public private(set) var overflowCount = 0
    private var connections: [Connection] = []

    /// No connections.
    public init() {}

    /// Takes a flow up. Returns: where the connection stands that it is a slice of, until the next call; nil for a flow
    /// that is too short, or of an unlisted host.
    public mutating func add(_ flow: Flow) -> Int? {
        guard flow.duration >= Self.leastSlice, flow.sourceHost != .unlisted, flow.destinationHost != .unlisted else {
            return nil
        }
        if connections.isEmpty { connections = Array(repeating: Connection(), count: Self.count) }
        let key = Key(flow)
        let base = Int(key.hash >> 50) & ~(Self.ways - 1)
        var place = base
        for candidate in base..<(base + Self.ways) {
            if connections[candidate].slices > 0, connections[candidate].key == key {
                place = candidate
                break
            }
            if connections[candidate].end < connections[place].end { place = candidate }
        }
        let isKnown = connections[place].slices > 0 && connections[place].key == key
        if !isKnown || !isContinued(connections[place], by: flow) {
            if !isKnown, connections[place].slices > 0 { overflowCount += 1 }
            connections[place] = Connection()
            connections[place].key = key
            connections[place].start = flow.start
        }
        connections[place].start = min(connections[place].start, flow.start)
        connections[place].end = max(connections[place].end, flow.end)
        connections[place].grace = Self.grace(after: flow.duration)
        connections[place].bytes = connections[place].bytes.addingClamped(flow.bytes)
        connections[place].slices = connections[place].slices.addingClamped(1)
        return place
    }

    private func isContinued(_ connection: Connection, by flow: Flow) -> Bool {
        let gap = flow.start.nanoseconds.subtractingClamped(connection.end.nanoseconds)
        return gap <= connection.grace && gap >= -connection.grace
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&connections)
        try state.carry(&overflowCount)
        guard connections.isEmpty || connections.count == Self.count else { throw .damaged }
    }

    /// The connection at a place that `add` gave.
    public subscript(place: Int) -> Connection {
        get { connections[place] }
        set { connections[place] = newValue }
    }

    /// Drops the connections of hosts whose ids will be reused.
    public mutating func forget(_ gone: HostSet) {
        for index in connections.indices where connections[index].slices > 0 {
            let key = connections[index].key
            if gone.contains(HostID(rawValue: key.low)) || gone.contains(HostID(rawValue: key.high)) {
                connections[index] = Connection()
            }
        }
    }
}
