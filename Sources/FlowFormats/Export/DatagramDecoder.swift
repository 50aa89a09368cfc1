public import FlowModel

/// Datagrams of an export protocol to flows. Pure: no I/O, no clock; no datagram traps.
public protocol DatagramDecoder: Sendable {
    /// Appends the flows of one datagram to `batch.flows`, each stamped with `origin`.
    ///
    /// Parameter origin: the exporter, as whoever owns the run registered it (`ExportSource` reads the observation domain
    /// from the datagram). Parameter receivedAt: when the datagram came in, by the receiver's clock; nil where that is
    /// not known, and then the exporter's clock is neither judged nor corrected.
    /// Throws: the first thing that was wrong. What stood before and after it, as far as it can be told apart, is in the
    /// batch all the same.
    mutating func decode(
        _ datagram: RawSpan, from origin: OriginID, receivedAt: Timestamp?, into batch: inout FlowBatch
    ) throws(DecodeError)
}
