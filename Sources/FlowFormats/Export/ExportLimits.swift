/// The bounds of what exporters can make a decoder keep and do. What exceeds one is counted and passed over.
public struct ExportLimits: Sendable {
    /// Exporters (origin, protocol and domain) remembered; beyond them the one silent for longest is forgotten.
    public var exporters = 4096
    /// Templates of one exporter.
    public var templates = 1024
    /// Fields of one template.
    public var fields = 10_000
    /// Length of a record of one template in bytes, fields of variable length counted as one byte.
    public var recordLength = 65_535
    /// Values decoded from one message, and from one waiting set: records times the fields of their template.
    public var values = 65_536
    /// Templates waited for, of all exporters.
    public var awaitedTemplates = 256
    /// Sets that wait for one template.
    public var waitingSets = 1024
    /// Bytes of all waiting sets.
    public var waitingBytes = 8 << 20
    /// Samplers of one exporter whose rates are kept.
    public var samplers = 1024

    /// The bounds as described.
    public init() {}
}
