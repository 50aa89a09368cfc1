/// What was decoded and what was not, of one exporter or of all.
public struct ExportCounts: Sendable, Equatable {
    /// Datagrams taken, broken ones among them.
    public var datagrams: UInt64 = 0
    /// Flows handed on.
    public var flows: UInt64 = 0
    /// Templates taken up, again or anew.
    public var templates: UInt64 = 0
    /// Records of options data.
    public var optionsRecords: UInt64 = 0
    /// sFlow counter samples and discarded packets, and records that are neither flows nor options.
    public var otherRecords: UInt64 = 0
    /// Sets that waited for their template and were decoded when it came.
    public var lateSets: UInt64 = 0
    /// Sets never decoded: no room to wait for their template, or their exporter was forgotten.
    public var lostSets: UInt64 = 0
    /// Sets with an id that the protocol reserves.
    public var unknownSets: UInt64 = 0
    /// Sets or samples of which a part could not be decoded.
    public var brokenSets: UInt64 = 0
    /// What never arrived, by the gaps in sequence numbers: flows (v5, v7), datagrams (v9, sFlow) or records (IPFIX).
    public var missing: UInt64 = 0
    /// Datagrams that arrived after later ones.
    public var reordered: UInt64 = 0
    /// How often sequence numbers began anew.
    public var restarts: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// Adds the counts of `other`.
    public mutating func add(_ other: ExportCounts) {
        datagrams += other.datagrams
        flows += other.flows
        templates += other.templates
        optionsRecords += other.optionsRecords
        otherRecords += other.otherRecords
        lateSets += other.lateSets
        lostSets += other.lostSets
        unknownSets += other.unknownSets
        brokenSets += other.brokenSets
        missing += other.missing
        reordered += other.reordered
        restarts += other.restarts
    }
}
