internal import FlowModel

/// What a decoder remembers of one exporter: an origin, a protocol and a domain.
struct Exporter: Sendable {
    let source: ExportSource
    let origin: OriginID
    /// Its place among the exporters: the key of its waiting sets.
    let index: Int
    let limits: ExportLimits
    /// Templates by id; options templates have ids of the same numbers.
    var templates: [UInt16: RecordPlan] = [:]
    var sequence = SequenceTracker()
    var clock = ExporterClock()
    var sampling: SamplingRates
    var counts = ExportCounts()
    /// The rate that the counters of the last flow were multiplied by.
    var samplingRate: UInt32 = 1
    /// The number of its last datagram, of all that the decoder took.
    var lastSeen: UInt64 = 0

    init(source: ExportSource, origin: OriginID, index: Int, limits: ExportLimits, samplingRate: UInt32) {
        self.source = source
        self.origin = origin
        self.index = index
        self.limits = limits
        sampling = SamplingRates(limit: limits.samplers)
        sampling.setting = samplingRate
    }

    /// Decodes a datagram of this exporter's protocol.
    mutating func decode(
        _ datagram: RawSpan, receivedAt: Timestamp?, waiting: inout WaitingSets, into batch: inout FlowBatch
    ) throws(DecodeError) {
        counts.datagrams += 1
        let flows = batch.flows.count
        defer { counts.flows += UInt64(batch.flows.count - flows) }
        switch source.exportProtocol {
        case .netFlow5, .netFlow7: try decodeFixed(datagram, receivedAt: receivedAt, into: &batch)
        case .netFlow9, .ipfix: try decodeSets(datagram, receivedAt: receivedAt, waiting: &waiting, into: &batch)
        case .sFlow5: try decodeSamples(datagram, receivedAt: receivedAt, into: &batch)
        }
    }
}
