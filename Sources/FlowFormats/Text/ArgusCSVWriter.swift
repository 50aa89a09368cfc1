public import FlowModel

/// Writes `argus`; times to the microsecond.
public struct ArgusCSVWriter: FlowWriter {
    public static let format = ArgusCSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "/"))
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,")
        bytes.append("SrcPkts,Label\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let comma = UInt8(ascii: ",")
        times.append(flow.start, decimals: 6, to: &bytes)
        bytes.append(comma)
        bytes.append(seconds: flow.duration)
        bytes.append(comma)
        bytes.append(contentsOf: flow.transport.description.utf8)
        bytes.append(comma)
        flow.source.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(flow.bytesReceived > 0 ? ",  <->," : ",   ->,")
        flow.destination.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(comma)
        bytes.append(ArgusState.word(flow))
        bytes.append(",0,0,")
        bytes.append(decimal: flow.packetsSent &+ flow.packetsReceived)
        bytes.append(comma)
        bytes.append(decimal: flow.bytes)
        bytes.append(comma)
        bytes.append(decimal: min(flow.bytesSent, flow.bytes))
        bytes.append(comma)
        bytes.append(decimal: flow.packetsSent)
        bytes.append(comma)
        bytes.append(name: flow.label, of: names.labels, without: comma)
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
