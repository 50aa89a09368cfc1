public import FlowModel

/// Writes NetFlow v5: IPv4, one-way, counters of 32 bits (larger ones are written as the largest), times in milliseconds.
public struct NetFlow5Encoder: DatagramEncoder {
    private static let mostRecords = 28
    private let domain: UInt16
    private var sequence: UInt32 = 0

    public init(domain: UInt32 = 0) { self.domain = UInt16(truncatingIfNeeded: domain) }

    public mutating func encode(_ flows: Span<Flow>, exportedAt: Timestamp, into datagram: inout [UInt8]) -> Int {
        let exported = exportedAt.nanoseconds.flooredMilliseconds
        let started = flows.exporterStart(first: Self.mostRecords, exportedAt: exported)
        let header = datagram.count
        var used = 0
        var records: UInt16 = 0
        while used < flows.count {
            let flow = flows[used]
            guard Int(records) + (flow.hasWayBack ? 2 : 1) <= Self.mostRecords else { break }
            used += 1
            guard flow.isV4 else { continue }
            if records == 0 { appendHeader(exportedAt, exported - started, &datagram) }
            append(flow.wayThere, started, &datagram)
            records += 1
            guard flow.hasWayBack else { continue }
            append(flow.wayBack, started, &datagram)
            records += 1
        }
        if records > 0 { datagram.set(records, at: header + 2) }
        sequence &+= UInt32(records)
        return used
    }

    private func appendHeader(_ exportedAt: Timestamp, _ uptime: Int64, _ datagram: inout [UInt8]) {
        let nanoseconds = exportedAt.nanoseconds
        datagram.append(bigEndian: 5 as UInt16)
        datagram.append(bigEndian: 0 as UInt16)
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: uptime))
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: nanoseconds / 1_000_000_000))
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: nanoseconds % 1_000_000_000 / 1_000_000 * 1_000_000))
        datagram.append(bigEndian: sequence)
        datagram.append(bigEndian: domain)
        datagram.append(bigEndian: 0 as UInt16)
    }

    private func append(_ flow: Flow, _ started: Int64, _ datagram: inout [UInt8]) {
        datagram.append(bigEndian: flow.source)
        datagram.append(bigEndian: flow.destination)
        // Next hop and interfaces are not known.
        datagram.append(bigEndian: 0 as UInt64)
        datagram.append(bigEndian: UInt32(clamping: flow.packetsSent))
        datagram.append(bigEndian: UInt32(clamping: flow.bytesSent))
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: flow.startMilliseconds - started))
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: flow.endMilliseconds - started))
        datagram.append(bigEndian: flow.sourcePort)
        datagram.append(bigEndian: flow.destinationPort)
        datagram += [0, flow.flagsSent, flow.transport.rawValue, 0]
        // Autonomous systems and masks are not known.
        datagram.append(bigEndian: 0 as UInt64)
    }
}
