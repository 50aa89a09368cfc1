public import FlowModel

/// Writes NetFlow v9: one-way, counters of 64 bits, times in milliseconds.
public struct NetFlow9Encoder: DatagramEncoder {
    private static let template4: UInt16 = 256
    private static let template6: UInt16 = 257
    private static let record4 = 38
    private static let record6 = 62
    private let domain: UInt32
    private var sequence: UInt32 = 0

    public init(domain: UInt32 = 0) { self.domain = domain }

    public mutating func encode(_ flows: Span<Flow>, exportedAt: Timestamp, into datagram: inout [UInt8]) -> Int {
        guard !flows.isEmpty else { return 0 }
        // The header has whole seconds, and the uptime must be that of the same moment.
        let exported = exportedAt.nanoseconds.flooredMilliseconds / 1000 * 1000
        let started = flows.exporterStart(first: DatagramSize.limit / Self.record4, exportedAt: exported)
        let header = datagram.count
        datagram.append(bigEndian: 9 as UInt16)
        datagram.append(bigEndian: 0 as UInt16)
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: exported - started))
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: exported / 1000))
        datagram.append(bigEndian: sequence)
        datagram.append(bigEndian: domain)
        var records: UInt16 = 0
        if Int(sequence) % SetEncoding.templatePeriod == 0 {
            defineTemplates(&datagram)
            records += 2
        }
        var sets = SetEncoding()
        var used = 0
        while used < flows.count {
            let flow = flows[used]
            let room = SetEncoding.room(flow.isV4 ? Self.record4 : Self.record6) * (flow.hasWayBack ? 2 : 1)
            guard datagram.count - header + room <= DatagramSize.limit else { break }
            sets.begin(flow.isV4 ? Self.template4 : Self.template6, &datagram)
            append(flow.wayThere, started, &datagram)
            if flow.hasWayBack { append(flow.wayBack, started, &datagram) }
            records += flow.hasWayBack ? 2 : 1
            used += 1
        }
        sets.end(&datagram)
        datagram.set(records, at: header + 2)
        sequence &+= 1
        return used
    }

    private func defineTemplates(_ datagram: inout [UInt8]) {
        let times = [FieldSpecifier(element: 22, length: 4), FieldSpecifier(element: 21, length: 4)]
        var set = SetEncoding()
        set.begin(0, &datagram)
        SetEncoding.define(Self.template4, SetEncoding.addresses4 + times + SetEncoding.counters, &datagram)
        SetEncoding.define(Self.template6, SetEncoding.addresses6 + times + SetEncoding.counters, &datagram)
        set.end(&datagram)
    }

    private func append(_ flow: Flow, _ started: Int64, _ datagram: inout [UInt8]) {
        SetEncoding.appendAddresses(flow, &datagram)
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: flow.startMilliseconds - started))
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: flow.endMilliseconds - started))
        SetEncoding.append(flow, &datagram)
    }
}
