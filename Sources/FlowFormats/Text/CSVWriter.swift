public import FlowModel

/// Writes `csv`: every field of a flow under its own name; times and lengths exact.
public struct CSVWriter: FlowWriter {
    public static let format = CSVReader.format
    private var times = CivilTimeWriter(separator: UInt8(ascii: "-"))
    /// A name on its way, so that writing allocates nothing a flow.
    private var text: [UInt8] = []
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("start,duration,protocol,source,sourcePort,destination,destinationPort,state,bytesSent,")
        bytes.append("bytesReceived,packetsSent,packetsReceived,flagsSent,flagsReceived,sourceGroups,")
        bytes.append("destinationGroups,application,label\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let comma = UInt8(ascii: ",")
        times.append(flow.start, decimals: 9, to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(max(0, flow.duration)) / 1_000_000_000)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: Int(max(0, flow.duration) % 1_000_000_000), width: 9)
        bytes.append(comma)
        bytes.append(contentsOf: flow.transport.description.utf8)
        bytes.append(comma)
        flow.source.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(comma)
        flow.destination.append(to: &bytes)
        bytes.append(comma)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(comma)
        bytes.append(contentsOf: flow.state.description.utf8)
        append(flow.bytesSent, to: &bytes)
        append(flow.bytesReceived, to: &bytes)
        append(flow.packetsSent, to: &bytes)
        append(flow.packetsReceived, to: &bytes)
        append(UInt64(flow.flagsSent), to: &bytes)
        append(UInt64(flow.flagsReceived), to: &bytes)
        text.append(groups: flow.sourceGroups, of: names.groups)
        appendText(to: &bytes)
        text.append(groups: flow.destinationGroups, of: names.groups)
        appendText(to: &bytes)
        names.applications.append(flow.application, to: &text)
        appendText(to: &bytes)
        names.labels.append(flow.label, to: &text)
        appendText(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private func append(_ number: UInt64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        bytes.append(decimal: number)
    }

    /// Appends and empties `text`, in quotes if it has a comma; quotes and control characters in it become blanks.
    private mutating func appendText(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        let isQuoted = text.contains(UInt8(ascii: ","))
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
        for byte in text { bytes.append(byte < 0x20 || byte == UInt8(ascii: "\"") ? 0x20 : byte) }
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
        text.removeAll(keepingCapacity: true)
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
