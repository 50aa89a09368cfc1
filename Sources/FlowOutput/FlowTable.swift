public import FlowModel

/// Flows as lines of a table with fixed columns, for a terminal.
public struct FlowTable: Sendable {
    private let names: FlowNames

    /// A table of flows whose ids `names` knows.
    public init(names: FlowNames) { self.names = names }

    /// Widths of the columns; what is longer pushes the rest of its line to the right.
    private static let widths = [30, 10, 6, 24, 24, 12, 10, 10, 9, 12]

    /// The line of titles, newline included.
    public static var header: String {
        line([
            "START", "LENGTH", "PROTO", "SOURCE", "DESTINATION", "STATE", "SENT", "RECEIVED", "PACKETS", "FLAGS",
            "NAMES",
        ])
    }

    /// One flow, newline included.
    public func line(_ flow: Flow) -> String {
        var named: [String] = []
        if flow.application != .none { named.append(names.applications.name(flow.application)) }
        if flow.sourceGroups != .none { named.append("from " + names.groups.text(of: flow.sourceGroups)) }
        if flow.destinationGroups != .none { named.append("to " + names.groups.text(of: flow.destinationGroups)) }
        if flow.label != .none { named.append("label " + names.labels.name(flow.label)) }
        let packets = flow.packetsSent | flow.packetsReceived == 0 ? "" : "\(flow.packetsSent)/\(flow.packetsReceived)"
        let flags =
            flow.flagsSent | flow.flagsReceived == 0
            ? "" : "\(Self.letters(flow.flagsSent))/\(Self.letters(flow.flagsReceived))"
        return Self.line([
            flow.start.description, flow.duration == 0 ? "" : Quantity.microseconds(Double(flow.duration) * 1e-3),
            flow.transport.description, flow.source.text(withPort: flow.sourcePort),
            flow.destination.text(withPort: flow.destinationPort), flow.state == .unknown ? "" : flow.state.description,
            Quantity.bytes(Double(flow.bytesSent)), Quantity.bytes(Double(flow.bytesReceived)), packets, flags,
            named.joined(separator: "; "),
        ])
    }

    private static func line(_ cells: [String]) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) {
            line += cell + String(repeating: " ", count: max(1, width - cell.count)) + " "
        }
        line += cells.count > widths.count ? cells[widths.count] : ""
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    private static func letters(_ flags: UInt8) -> String {
        let letters = Array("\(TCPFlag.letters)")
        let set = (0..<8).filter { flags >> UInt8($0) & 1 == 1 }
        return set.isEmpty ? "-" : String(set.map { letters[$0] })
    }
}
