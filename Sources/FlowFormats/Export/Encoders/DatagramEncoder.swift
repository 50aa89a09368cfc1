public import FlowModel

/// Flows to datagrams of an export protocol. Pure: times are passed in.
public protocol DatagramEncoder: Sendable {
    /// An exporter that has sent nothing. Parameter domain: as `ExportSource` reads it.
    init(domain: UInt32)

    /// Appends one datagram of at most `DatagramSize.limit` bytes with as many flows from the front of `flows` as it
    /// holds.
    ///
    /// A flow of two ways becomes two records where the protocol knows one-way records only.
    /// Returns: the flows used, 1 or more unless there are none. Flows that the protocol cannot say are used and left
    /// out; nothing is appended where none is left.
    mutating func encode(_ flows: Span<Flow>, exportedAt: Timestamp, into datagram: inout [UInt8]) -> Int
}

/// How long a datagram may be.
public enum DatagramSize {
    /// What passes everywhere in one piece: an Ethernet frame less headers, with room for a tunnel.
    public static let limit = 1400
}
