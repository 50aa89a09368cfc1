public import FlowFormats
public import FlowModel
import FlowOutput

/// Flows to bytes in one of the forms of `show`.
public enum FlowPrinter {
    /// Aligned columns for a person.
    case table
    /// JSON Lines.
    case json
    /// A format of the catalog.
    case format(any FlowWriter)

    /// The names it takes: `table`, `json` and the formats that can be written.
    public static var names: [String] { ["table", "json"] + FormatCatalog.writers.map { $0.format.name } }

    /// A printer by one of its names; a table for any other.
    public init(_ name: String) {
        if let writer = FormatCatalog.writer(named: name) {
            self = .format(writer.init())
        } else {
            self = name == "json" ? .json : .table
        }
    }

    /// What stands before the first flow.
    public mutating func begin() -> [UInt8] {
        switch self {
        case .table: return Array(FlowTable.header.utf8)
        case .json: return []
        case .format(var writer):
            var bytes: [UInt8] = []
            writer.begin(into: &bytes)
            self = .format(writer)
            return bytes
        }
    }

    /// Flows, a line each. Parameter names: what their ids point into.
    public mutating func write(_ flows: ArraySlice<Flow>, names: FlowNames) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .table:
            let table = FlowTable(names: names)
            for flow in flows { bytes.append(contentsOf: table.line(flow).printable.utf8) }
        case .json:
            let json = FlowJSON(names: names)
            for flow in flows { bytes.append(contentsOf: json.line(flow)) }
        case .format(var writer):
            for flow in flows { writer.write(flow, names: names, into: &bytes) }
            self = .format(writer)
        }
        return bytes
    }

    /// What stands after the last flow.
    public mutating func end() -> [UInt8] {
        guard case .format(var writer) = self else { return [] }
        var bytes: [UInt8] = []
        writer.end(into: &bytes)
        return bytes
    }
}
