/// One flow record: who talked to whom, when, and how much each way.
///
/// The source is the side that opened the connection; *sent* is source → destination, *received* the way back. Ids
/// (`sourceHost`, `pair`, groups, names, `origin`) index the tables of whoever owns the batch. 128 bytes, no references.
public struct Flow: Equatable, Sendable, BitwiseCopyable {
    /// The side that opened the connection.
    public var source: IPAddress
    /// The side it was opened to.
    public var destination: IPAddress
    /// When the first packet was seen.
    public var start: Timestamp
    /// From the first to the last packet, nanoseconds, 0 or more.
    public var duration: Int64
    /// Bytes source → destination.
    public var bytesSent: UInt64
    /// Bytes destination → source.
    public var bytesReceived: UInt64
    /// Bytes both ways as the exporter itself sums (and rounds) them; 0 where it does not.
    public var reportedBytes: UInt64
    /// Packets source → destination; 0 where the format has none.
    public var packetsSent: UInt64
    /// Packets destination → source; 0 where the format has none.
    public var packetsReceived: UInt64
    /// Dense id of the source, given by the pipeline.
    public var sourceHost: HostID
    /// Dense id of the destination, given by the pipeline.
    public var destinationHost: HostID
    /// Dense id of (source, destination), given by the pipeline.
    public var pair: PairID
    /// The source's port; 0 where the protocol has none.
    public var sourcePort: UInt16
    /// The destination's port; 0 where the protocol has none.
    public var destinationPort: UInt16
    /// The groups the source is in.
    public var sourceGroups: GroupSetID
    /// The groups the destination is in.
    public var destinationGroups: GroupSetID
    /// What the exporter calls the application.
    public var application: NameID
    /// What a labelled data set says of the flow.
    public var label: NameID
    /// Where the flow was read or who exported it.
    public var origin: OriginID
    /// The part of the network whose private addresses these are.
    public var site: SiteID
    /// Facts that are yes or no.
    public var traits: FlowTraits
    /// The IP protocol.
    public var transport: Transport
    /// How the connection stood.
    public var state: ConnectionState
    /// TCP flags seen source → destination, ORed; 0 where the format has none.
    public var flagsSent: UInt8
    /// TCP flags seen destination → source, ORed; 0 where the format has none.
    public var flagsReceived: UInt8

    /// A flow between two addresses; everything not named is zero, "none" or unknown.
    public init(
        source: IPAddress, destination: IPAddress, start: Timestamp, duration: Int64 = 0,
        transport: Transport = .unknown, state: ConnectionState = .unknown,
        sourcePort: UInt16 = 0, destinationPort: UInt16 = 0, bytesSent: UInt64 = 0, bytesReceived: UInt64 = 0,
        packetsSent: UInt64 = 0, packetsReceived: UInt64 = 0
    ) {
        self.source = source
        self.destination = destination
        self.start = start
        self.duration = duration
        self.transport = transport
        self.state = state
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
        self.packetsSent = packetsSent
        self.packetsReceived = packetsReceived
        reportedBytes = 0
        sourceHost = .unlisted
        destinationHost = .unlisted
        pair = .unlisted
        sourceGroups = .none
        destinationGroups = .none
        application = .none
        label = .none
        origin = .first
        site = .main
        traits = []
        flagsSent = 0
        flagsReceived = 0
    }

    /// When the last packet was seen.
    public var end: Timestamp { start.advanced(by: duration) }

    /// Bytes both ways, at most `UInt64.max`.
    public var bytes: UInt64 { bytesSent.addingClamped(bytesReceived) }

    /// Whether the destination gave any sign of taking the request up: by its state, else by bytes that came back.
    public var isAnswered: Bool {
        switch state {
        case .attempted, .rejected: false
        case .established, .closing, .closed, .reset: true
        case .unknown: bytesReceived > 0
        }
    }
}

/// Facts about a flow that are yes or no.
public struct FlowTraits: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The source lies in the home networks.
    public static let sourceIsHome = FlowTraits(rawValue: 1 << 0)
    /// The destination lies in the home networks.
    public static let destinationIsHome = FlowTraits(rawValue: 1 << 1)
    /// The exporter did not see who began: the record starts in the middle of a connection.
    public static let isMidstream = FlowTraits(rawValue: 1 << 2)
    /// Only the sum of both ways is known; it stands in `bytesSent`.
    public static let bytesAreTotal = FlowTraits(rawValue: 1 << 3)
    /// The source lies outside and is on a blocklist.
    public static let sourceIsListed = FlowTraits(rawValue: 1 << 4)
    /// The destination lies outside and is on a blocklist.
    public static let destinationIsListed = FlowTraits(rawValue: 1 << 5)
}
