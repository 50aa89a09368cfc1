public import FlowModel

/// Flows as JSON. Keys are a promise: added to, never renamed; what a format does not say is left out.
public struct FlowJSON: Sendable {
    private let names: FlowNames

    /// JSON of flows whose ids `names` knows.
    public init(names: FlowNames) { self.names = names }

    /// One line, newline included.
    public func line(_ flow: Flow) -> [UInt8] {
        var json = JSONText()
        Self.write(SampleFlow(flow, names: names), to: &json)
        json.newline()
        return json.bytes
    }

    /// One object.
    static func write(_ flow: SampleFlow, to json: inout JSONText) {
        json.object { json in
            json.field("start", flow.start.description)
            json.field("durationSeconds", Double(flow.duration) / 1e9)
            json.field("source", flow.source.description)
            json.field("sourcePort", Int(flow.sourcePort))
            json.field("destination", flow.destination.description)
            json.field("destinationPort", Int(flow.destinationPort))
            json.field("protocol", flow.transport.description)
            json.field("state", flow.state.description)
            json.field("bytesSent", flow.bytesSent)
            json.field("bytesReceived", flow.bytesReceived)
            if flow.packetsSent | flow.packetsReceived != 0 {
                json.field("packetsSent", flow.packetsSent)
                json.field("packetsReceived", flow.packetsReceived)
            }
            if flow.flagsSent | flow.flagsReceived != 0 {
                json.field("flagsSent", Int(flow.flagsSent))
                json.field("flagsReceived", Int(flow.flagsReceived))
            }
            if !flow.application.isEmpty { json.field("application", flow.application) }
            if !flow.label.isEmpty { json.field("label", flow.label) }
            write("sourceGroups", flow.sourceGroups, to: &json)
            write("destinationGroups", flow.destinationGroups, to: &json)
        }
    }

    private static func write(_ key: String, _ groups: [String], to json: inout JSONText) {
        guard !groups.isEmpty else { return }
        json.key(key)
        json.array(groups) { json, group in json.value(group) }
    }
}
