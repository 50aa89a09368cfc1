/// A flow shown with a finding: what JSON and stories print of a flow, with names in place of ids, so that it can be
/// stored and sent.
public struct SampleFlow: Sendable, Equatable, Codable {
    /// Who opened it, and to whom.
    public var source: IPAddress
    public var destination: IPAddress
    /// When the first packet was seen.
    public var start: Timestamp
    /// From the first to the last packet, nanoseconds.
    public var duration: Int64
    /// The IP protocol, and how the connection stood.
    public var transport: Transport
    public var state: ConnectionState
    /// The ports; 0 where the protocol has none.
    public var sourcePort: UInt16
    public var destinationPort: UInt16
    /// Bytes and packets, source → destination and back; no packets where the format has none.
    public var bytesSent: UInt64
    public var bytesReceived: UInt64
    public var packetsSent: UInt64
    public var packetsReceived: UInt64
    /// TCP flags seen each way, ORed; 0 where the format has none.
    public var flagsSent: UInt8
    public var flagsReceived: UInt8
    /// What the exporter calls the application, and what a labelled data set says of the flow; empty for nothing.
    public var application: String
    public var label: String
    /// The host groups of both ends, in the exporter's order.
    public var sourceGroups: [String]
    public var destinationGroups: [String]

    /// A flow with its names spelled out.
    public init(
        _ flow: Flow, application: String = "", label: String = "", sourceGroups: [String] = [],
        destinationGroups: [String] = []
    ) {
        source = flow.source
        destination = flow.destination
        start = flow.start
        duration = flow.duration
        transport = flow.transport
        state = flow.state
        sourcePort = flow.sourcePort
        destinationPort = flow.destinationPort
        bytesSent = flow.bytesSent
        bytesReceived = flow.bytesReceived
        packetsSent = flow.packetsSent
        packetsReceived = flow.packetsReceived
        flagsSent = flow.flagsSent
        flagsReceived = flow.flagsReceived
        self.application = application
        self.label = label
        self.sourceGroups = sourceGroups
        self.destinationGroups = destinationGroups
    }

    /// A flow whose ids `names` knows.
    public init(_ flow: Flow, names: FlowNames) {
        let groups = { (set: GroupSetID) in names.groups.groups(of: set).map { names.groups.names.name($0) } }
        self.init(
            flow, application: names.applications.name(flow.application), label: names.labels.name(flow.label),
            sourceGroups: groups(flow.sourceGroups), destinationGroups: groups(flow.destinationGroups))
    }
}
