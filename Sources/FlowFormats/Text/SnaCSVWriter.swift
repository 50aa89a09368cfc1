public import FlowModel

/// Writes `sna-csv` with the exporter's header and quoting; durations in whole seconds.
public struct SnaCSVWriter: FlowWriter {
    public static let format = SnaCSVReader.format
    private var text: [UInt8] = []

    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        for (title, column) in SnaColumns.inOrder {
            if column != .start { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(title)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        for (_, column) in SnaColumns.inOrder where column != .marker {
            bytes.append(UInt8(ascii: "\""))
            append(column, of: flow, names, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: ","))
        }
        // No actions; the exporter leaves them unquoted.
        bytes.append(UInt8(ascii: "\n"))
    }

    public mutating func end(into bytes: inout [UInt8]) {}

    private mutating func append(
        _ column: Column, of flow: Flow, _ names: FlowNames, to bytes: inout [UInt8]
    ) {
        switch column {
        case .start: SnaFields.append(start: flow.start, to: &bytes)
        case .duration: SnaFields.append(duration: flow.duration, to: &bytes)
        case .source: flow.source.append(to: &bytes)
        case .sourcePort: SnaFields.append(port: flow.sourcePort, transport: flow.transport, to: &bytes)
        case .sourceGroups: append(groups: flow.sourceGroups, names, to: &bytes)
        case .bytesSent: SnaFields.append(size: flow.bytesSent, to: &bytes)
        case .application:
            text.removeAll(keepingCapacity: true)
            names.applications.append(flow.application, to: &text)
            appendText(to: &bytes)
        case .bytes: SnaFields.append(size: flow.reportedBytes > 0 ? flow.reportedBytes : flow.bytes, to: &bytes)
        case .destination: flow.destination.append(to: &bytes)
        case .destinationPort: SnaFields.append(port: flow.destinationPort, transport: flow.transport, to: &bytes)
        case .destinationGroups: append(groups: flow.destinationGroups, names, to: &bytes)
        case .bytesReceived: SnaFields.append(size: flow.bytesReceived, to: &bytes)
        default: break
        }
    }

    private mutating func append(groups id: GroupSetID, _ names: FlowNames, to bytes: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        text.append(groups: id, of: names.groups)
        appendText(to: &bytes)
    }

    /// Appends `text` with its quotes doubled; NUL, which no reader takes, becomes a blank.
    private func appendText(to bytes: inout [UInt8]) {
        for byte in text {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte == 0 ? 0x20 : byte)
        }
    }
}
