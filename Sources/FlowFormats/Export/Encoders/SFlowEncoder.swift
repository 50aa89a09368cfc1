public import FlowModel

/// Writes sFlow v5: for each way of a flow a sampled packet of its mean size that stands for all its packets, and a
/// second one a byte longer where their sizes do not come out even.
///
/// What the protocol cannot say is lost: times, and packets over 64 KiB.
public struct SFlowEncoder: DatagramEncoder {
    /// Samples of the two ways of a flow.
    private static let mostSamplesOfFlow = 4
    private static let sampleLength = 64
    private static let ethernetLength = 14
    private let domain: UInt32
    private let agent: IPAddress
    private var sequence: UInt32 = 0
    private var sampleCount: UInt32 = 0

    public init(domain: UInt32 = 0) { self.init(domain: domain, agent: IPAddress(v4: 0x7f00_0001)) }

    /// An agent of an address of its own.
    public init(domain: UInt32, agent: IPAddress) {
        self.domain = domain
        self.agent = agent
    }

    public mutating func encode(_ flows: Span<Flow>, exportedAt: Timestamp, into datagram: inout [UInt8]) -> Int {
        guard !flows.isEmpty else { return 0 }
        let header = datagram.count
        datagram.append(bigEndian: 5 as UInt32)
        datagram.append(bigEndian: (agent.isV4 ? 1 : 2) as UInt32)
        datagram.append(bigEndian: agent)
        datagram.append(bigEndian: domain)
        datagram.append(bigEndian: sequence)
        datagram.append(bigEndian: UInt32(truncatingIfNeeded: exportedAt.nanoseconds.flooredMilliseconds))
        let countPlace = datagram.count
        datagram.append(bigEndian: 0 as UInt32)
        let before = sampleCount
        var used = 0
        while used < flows.count {
            let flow = flows[used]
            let sample = Self.sampleLength + (flow.isV4 ? 56 : 76)
            guard datagram.count - header + Self.mostSamplesOfFlow * sample <= DatagramSize.limit else { break }
            appendWay(flow.wayThere, &datagram)
            if flow.hasWayBack { appendWay(flow.wayBack, &datagram) }
            used += 1
        }
        datagram.set(UInt16(truncatingIfNeeded: sampleCount &- before), at: countPlace + 2)
        sequence &+= 1
        return used
    }

    private mutating func appendWay(_ flow: Flow, _ datagram: inout [UInt8]) {
        let packets = max(1, flow.packetsSent)
        let size = flow.bytesSent / packets
        let longer = flow.bytesSent % packets
        appendSample(flow, size: size, packets: packets - longer, &datagram)
        if longer > 0 { appendSample(flow, size: size + 1, packets: longer, &datagram) }
    }

    private mutating func appendSample(_ flow: Flow, size: UInt64, packets: UInt64, _ datagram: inout [UInt8]) {
        let packet = Self.packet(flow, size: UInt16(clamping: size))
        let padding = (4 - packet.count % 4) % 4
        sampleCount &+= 1
        datagram.append(bigEndian: 1 as UInt32)
        datagram.append(bigEndian: UInt32(32 + 8 + 16 + packet.count + padding))
        datagram.append(bigEndian: sampleCount)
        // Of which interface, the packets seen, dropped, in and out: not known.
        datagram.append(bigEndian: 0 as UInt32)
        datagram.append(bigEndian: UInt32(clamping: packets))
        datagram.append(bigEndian: 0 as UInt64)
        datagram.append(bigEndian: 0 as UInt64)
        datagram.append(bigEndian: 1 as UInt32)
        // The packet's first bytes, of an Ethernet frame.
        datagram.append(bigEndian: 1 as UInt32)
        datagram.append(bigEndian: UInt32(16 + packet.count + padding))
        datagram.append(bigEndian: 1 as UInt32)
        datagram.append(bigEndian: UInt32(Self.ethernetLength) + UInt32(clamping: size))
        datagram.append(bigEndian: 0 as UInt32)
        datagram.append(bigEndian: UInt32(packet.count))
        datagram += packet
        datagram += [UInt8](repeating: 0, count: padding)
    }

    /// The frame up to the end of the transport's header.
    private static func packet(_ flow: Flow, size: UInt16) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ethernetLength - 2)
        if flow.isV4 {
            bytes.append(bigEndian: 0x0800 as UInt16)
            bytes += [0x45, 0]
            bytes.append(bigEndian: size)
            bytes.append(bigEndian: 0 as UInt32)
            bytes += [64, flow.transport.rawValue, 0, 0]
            bytes.append(bigEndian: flow.source)
            bytes.append(bigEndian: flow.destination)
        } else {
            bytes.append(bigEndian: 0x86dd as UInt16)
            bytes.append(bigEndian: 0x6000_0000 as UInt32)
            bytes.append(bigEndian: size > 40 ? size - 40 : 0)
            bytes += [flow.transport.rawValue, 64]
            for half in [flow.source.high, flow.source.low, flow.destination.high, flow.destination.low] {
                bytes.append(bigEndian: half)
            }
        }
        if flow.transport != .icmp, flow.transport != .icmpV6 { bytes.append(bigEndian: flow.sourcePort) }
        bytes.append(bigEndian: flow.destinationPort)
        guard flow.transport == .tcp else { return bytes }
        bytes.append(bigEndian: 0 as UInt64)
        bytes += [0x50, flow.flagsSent]
        bytes.append(bigEndian: 0 as UInt32)
        bytes.append(bigEndian: 0 as UInt16)
        return bytes
    }
}
