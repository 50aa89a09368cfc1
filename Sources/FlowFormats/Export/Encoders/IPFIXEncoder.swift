public import FlowModel

/// Writes IPFIX: flows of two ways as one record (RFC 5103), counters of 64 bits, times in milliseconds.
public struct IPFIXEncoder: DatagramEncoder {
    private static let record4 = 46
    private static let record6 = 70
    private static let wayBackLength = 17
    private let domain: UInt32
    /// Records sent so far.
    private var sequence: UInt32 = 0
    private var datagramCount = 0

    public init(domain: UInt32 = 0) { self.domain = domain }

    public mutating func encode(_ flows: Span<Flow>, exportedAt: Timestamp, into datagram: inout [UInt8]) -> Int {
        guard !flows.isEmpty else { return 0 }
        let header = datagram.count
        datagram.append(bigEndian: 10 as UInt16)
        datagram.append(bigEndian: 0 as UInt16)
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: exportedAt.nanoseconds / 1_000_000_000))
        datagram.append(bigEndian: sequence)
        datagram.append(bigEndian: domain)
        if datagramCount % SetEncoding.templatePeriod == 0 { defineTemplates(&datagram) }
        datagramCount += 1
        var sets = SetEncoding()
        var used = 0
        while used < flows.count {
            let flow = flows[used]
            let record = (flow.isV4 ? Self.record4 : Self.record6) + (flow.hasWayBack ? Self.wayBackLength : 0)
            guard datagram.count - header + SetEncoding.room(record) <= DatagramSize.limit else { break }
            sets.begin(Self.template(isV4: flow.isV4, hasWayBack: flow.hasWayBack), &datagram)
            append(flow, &datagram)
            used += 1
        }
        sets.end(&datagram)
        datagram.set(UInt16(clamping: datagram.count - header), at: header + 2)
        sequence &+= UInt32(used)
        return used
    }

    private static func template(isV4: Bool, hasWayBack: Bool) -> UInt16 {
        256 + (isV4 ? 0 : 1) + (hasWayBack ? 2 : 0)
    }

    private func defineTemplates(_ datagram: inout [UInt8]) {
        let times = [FieldSpecifier(element: 152, length: 8), FieldSpecifier(element: 153, length: 8)]
        var set = SetEncoding()
        set.begin(2, &datagram)
        for hasWayBack in [false, true] {
            for isV4 in [true, false] {
                let addresses = isV4 ? SetEncoding.addresses4 : SetEncoding.addresses6
                let wayBack = hasWayBack ? SetEncoding.wayBack : []
                SetEncoding.define(
                    Self.template(isV4: isV4, hasWayBack: hasWayBack),
                    addresses + times + SetEncoding.counters + wayBack, &datagram)
            }
        }
        set.end(&datagram)
    }

    private func append(_ flow: Flow, _ datagram: inout [UInt8]) {
        SetEncoding.appendAddresses(flow, &datagram)
        datagram.append(bigEndian: UInt64(clamping: flow.startMilliseconds))
        datagram.append(bigEndian: UInt64(clamping: flow.endMilliseconds))
        SetEncoding.append(flow, &datagram)
        guard flow.hasWayBack else { return }
        datagram.append(bigEndian: flow.bytesReceived)
        datagram.append(bigEndian: flow.packetsReceived)
        datagram.append(flow.flagsReceived)
    }
}
