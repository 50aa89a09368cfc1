import FlowModel

/// Says in words what incidents and flows say in numbers.
enum Story {
    /// The sentence of an incident's strongest part.
    static func summary(of incident: Incident) -> String { incident.parts.first?.strongest.sentence ?? "" }

    /// One line for a flow: `2021-05-11T11:36:40Z  10.0.0.1:52793 → 192.0.2.7:80  tcp  closed  8.2 MB / 12 MB  79 s`.
    static func line(of flow: SampleFlow) -> String {
        let source = flow.source.text(withPort: flow.sourcePort)
        let destination = flow.destination.text(withPort: flow.destinationPort)
        var text = "\(flow.start)  \(source) → \(destination)  \(flow.transport)"
        if flow.state != .unknown { text += "  \(flow.state)" }
        text += "  \(Quantity.bytes(Double(flow.bytesSent))) / \(Quantity.bytes(Double(flow.bytesReceived)))"
        if flow.duration > 0 { text += "  \(Quantity.short(Double(flow.duration) * 1e-9)) s" }
        return flow.application.isEmpty ? text : text + "  " + flow.application
    }
}
