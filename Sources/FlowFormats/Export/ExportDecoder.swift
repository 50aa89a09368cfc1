public import FlowModel

/// Decodes NetFlow v5, v7 and v9, IPFIX and sFlow v5, each datagram told by its version.
///
/// Templates, sequence numbers, clock and sampling rates are kept per origin, protocol and domain. Data that come before
/// their template wait for it. Everything kept is bounded (`ExportLimits`). Cost: 10 to 40 ns a flow.
public struct ExportDecoder: DatagramDecoder {
    private struct Key: Hashable {
        var origin: OriginID
        var source: ExportSource
    }

    private let limits: ExportLimits
    private var exporters: [Exporter] = []
    private var places: [Key: Int] = [:]
    /// The exporter of the last datagram, often that of the next.
    private var last: (key: Key, place: Int)?
    private var waiting: WaitingSets
    private var samplingRates: [OriginID: UInt32] = [:]
    private var datagramCount: UInt64 = 0
    /// What became of exporters that were forgotten.
    private var forgotten = ExportCounts()
    private var faults = [UInt64](repeating: 0, count: DecodeError.Reason.allCases.count)

    /// Exporters that were forgotten because others came.
    public private(set) var forgottenExporters = 0

    /// A decoder that has seen nothing.
    public init(limits: ExportLimits = ExportLimits()) {
        self.limits = limits
        waiting = WaitingSets(limits: limits)
    }

    /// Sets how many packets each packet of an origin stands for, for where neither records nor options data nor headers
    /// say it.
    public mutating func setSamplingRate(_ rate: UInt32, of origin: OriginID) {
        samplingRates[origin] = rate
        for place in exporters.indices where exporters[place].origin == origin {
            exporters[place].sampling.setting = rate
        }
    }

    public mutating func decode(
        _ datagram: RawSpan, from origin: OriginID, receivedAt: Timestamp?, into batch: inout FlowBatch
    ) throws(DecodeError) {
        do throws(DecodeError) {
            guard let source = ExportSource(of: datagram) else { throw Self.unreadable(datagram) }
            let place = exporter(Key(origin: origin, source: source))
            datagramCount += 1
            exporters[place].lastSeen = datagramCount
            try exporters[place].decode(datagram, receivedAt: receivedAt, waiting: &waiting, into: &batch)
        } catch {
            faults[error.reason.rawValue] += 1
            throw error
        }
    }

    /// What every exporter remembered did, in the order in which they were first seen or took a forgotten one's place.
    public var status: [ExporterStatus] { exporters.map(ExporterStatus.init) }

    /// The counts of all exporters, those forgotten among them.
    public var counts: ExportCounts {
        exporters.reduce(into: forgotten) { $0.add($1.counts) }
    }

    /// Sets that wait for their template now. At the end of a run they are lost.
    public var waitingSets: Int { waiting.count }

    /// Datagrams that something was wrong with.
    public func faultCount(_ reason: DecodeError.Reason) -> UInt64 { faults[reason.rawValue] }

    /// Why no source could be read from a datagram.
    private static func unreadable(_ datagram: RawSpan) -> DecodeError {
        let isSFlow = datagram.byteCount >= 4 && datagram.uint32(at: 0) == 5
        if isSFlow, datagram.byteCount >= 8, ![1, 2].contains(datagram.uint32(at: 4)) {
            return DecodeError(.badAgent, at: 4)
        }
        let isKnown = isSFlow || [5, 7, 9, 10].contains(datagram.uint16(at: 0))
        return isKnown ? DecodeError(.cutShort, at: datagram.byteCount) : DecodeError(.unknownVersion, at: 0)
    }

    /// The place of an exporter, new if need be.
    private mutating func exporter(_ key: Key) -> Int {
        if let last, last.key == key { return last.place }
        let place = places[key] ?? add(key)
        last = (key, place)
        return place
    }

    private mutating func add(_ key: Key) -> Int {
        var place = exporters.count
        if place >= max(1, limits.exporters) {
            place = exporters.indices.min { exporters[$0].lastSeen < exporters[$1].lastSeen } ?? 0
            forget(place)
        }
        let exporter = Exporter(
            source: key.source, origin: key.origin, index: place, limits: limits,
            samplingRate: samplingRates[key.origin] ?? 0)
        if place < exporters.count { exporters[place] = exporter } else { exporters.append(exporter) }
        places[key] = place
        return place
    }

    private mutating func forget(_ place: Int) {
        let exporter = exporters[place]
        places[Key(origin: exporter.origin, source: exporter.source)] = nil
        forgotten.add(exporter.counts)
        forgotten.lostSets += UInt64(waiting.forget(exporter: place))
        forgottenExporters += 1
    }
}
