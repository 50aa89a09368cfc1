/// Where flows come from: a file, or an exporter and its observation domain.
///
/// It has an order of its own. Files are merged by time and share one clock, an exporter has its own; a window closes when
/// the slowest clock has passed its end.
public struct FlowOrigin: Sendable, Equatable {
    /// What people call it: a path, `standard input`, the exporter's address.
    public var name: String
    /// The exporter's address; nil for a file whose format names none.
    public var exporter: IPAddress?
    /// The exporter's observation domain (IPFIX), source id (NetFlow v9) or engine (v5); 0 for files.
    public var domain: UInt32
    /// In which order its flows come.
    public var order: FlowOrder
    /// Whether its records hold one way of a flow each, so that two make a flow.
    public var isOneWay: Bool
    /// One packet of so many was looked at; 1 for all of them.
    public var samplingRate: UInt32
    /// The part of the network whose private addresses its flows speak of.
    public var site: SiteID
    /// The time of its first flow by its order, where that is known before it is read: files are opened by it.
    public var firstTime: Timestamp?

    /// An origin of which nothing more than its name and its order is known.
    public init(
        name: String, exporter: IPAddress? = nil, domain: UInt32 = 0, order: FlowOrder = .byStart,
        isOneWay: Bool = false, samplingRate: UInt32 = 1, site: SiteID = .main, firstTime: Timestamp? = nil
    ) {
        self.name = name
        self.exporter = exporter
        self.domain = domain
        self.order = order
        self.isOneWay = isOneWay
        self.samplingRate = max(1, samplingRate)
        self.site = site
        self.firstTime = firstTime
    }
}

/// In which order the flows of an origin come, which decides when a window can be closed.
public enum FlowOrder: Sendable, Equatable {
    /// By start (Argus, the second seed's columns): a window closes with the first flow behind it.
    case byStart
    /// By end, so up to the longest connection late by start (Zeek): `lateness` in nanoseconds of flow ends.
    case byEnd(lateness: Int64)
    /// In any order (exports of a search): read whole and sorted by start.
    case unsorted
}
