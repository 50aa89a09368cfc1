public import FlowModel

/// How an exporter is doing.
public struct ExporterStatus: Sendable, Equatable {
    /// The origin its flows are stamped with.
    public let origin: OriginID
    /// Its protocol and domain.
    public let source: ExportSource
    /// What came of it.
    public let counts: ExportCounts
    /// Templates known.
    public let templates: Int
    /// Receiver's clock less its own at its last datagram, in nanoseconds; nil where that was not to be told.
    public let clockOffset: Int64?
    /// What is added to its times: 0 while its clock is less than a minute off.
    public let clockCorrection: Int64
    /// One packet of so many was looked at: what the counters of its last flow were multiplied by.
    public let samplingRate: UInt32

    init(_ exporter: Exporter) {
        origin = exporter.origin
        source = exporter.source
        counts = exporter.counts
        templates = exporter.templates.count
        clockOffset = exporter.clock.offset
        clockCorrection = exporter.clock.correction
        samplingRate = exporter.samplingRate
    }
}
