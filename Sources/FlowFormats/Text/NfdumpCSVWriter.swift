public import FlowModel

/// Writes `nfdump-csv` with the names of 1.7.5; times to the millisecond, both ways in one record.
public struct NfdumpCSVWriter: FlowWriter {
    public static let format = NfdumpCSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "-"))
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,flags,inPackets,inBytes,")
        bytes.append("outPackets,outBytes\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let comma = UInt8(ascii: ",")
        times.append(flow.start, decimals: 3, to: &bytes)
        bytes.append(comma)
        bytes.append(seconds: flow.duration)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.transport.rawValue))
        bytes.append(comma)
        flow.source.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(comma)
        flow.destination.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(comma)
        var mask: UInt8 = 0x80
        for letter in "CEUAPRSF".utf8 {
            bytes.append((flow.flagsSent | flow.flagsReceived) & mask != 0 ? letter : UInt8(ascii: "."))
            mask >>= 1
        }
        bytes.append(comma)
        bytes.append(decimal: flow.packetsSent)
        bytes.append(comma)
        bytes.append(decimal: flow.bytesSent)
        bytes.append(comma)
        bytes.append(decimal: flow.packetsReceived)
        bytes.append(comma)
        bytes.append(decimal: flow.bytesReceived)
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
