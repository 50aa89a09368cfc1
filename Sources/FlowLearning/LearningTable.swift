public import FlowFeatures
public import FlowMath
public import FlowModel

/// A table of features to learn from, and what its rows are called.
public struct LearningTable: Sendable {
    /// Rows copied at a time.
    private static let chunkRows = 65_536

    private let builder: any FeatureBuilder
    /// What rows are about.
    public let subject: FeatureSubject
    /// The features asked for.
    public let table: FeatureTable
    /// The start of the first flow, RFC 3339; empty where there were no flows.
    public let firstSeen: String
    /// The start of the last flow, likewise.
    public let lastSeen: String
    /// The time between the two.
    public let seconds: Double

    /// A table of some columns. Parameter builder: finished. Parameter columns: their names, all of the subject's.
    /// Parameter seen: the start of the first flow and of the last; nil for no flows.
    public init(
        builder: any FeatureBuilder, subject: FeatureSubject, columns: [String],
        seen: (first: Timestamp, last: Timestamp)?
    ) {
        self.builder = builder
        self.subject = subject
        firstSeen = seen?.first.description ?? ""
        lastSeen = seen?.last.description ?? ""
        seconds = seen.map { Double($0.last.nanoseconds.subtractingClamped($0.first.nanoseconds)) / 1e9 } ?? 0
        // Keys stay in the builder: only the columns asked for are copied.
        var values: [Double] = []
        values.reserveCapacity(builder.rowCount * columns.count)
        var weights: [Double]?
        var picked: [FeatureTable.Column] = []
        for start in stride(from: 0, to: max(1, builder.rowCount), by: Self.chunkRows) {
            let rows = builder.rows(start..<min(start + Self.chunkRows, builder.rowCount)).table
            guard let part = rows.picking(columns) else { continue }
            picked = part.columns
            values += part.values
            if let more = part.weights { weights = (weights ?? []) + more }
        }
        table = FeatureTable(columns: picked, values: values, weights: weights)
    }

    /// The keys that name a row, as text.
    public func keys(of row: Int) -> [(name: String, value: String)] {
        builder.rows(row..<row + 1).keys.compactMap { key in
            switch key.values {
            case .times(let moments): (key.name, moments[0]?.description ?? "")
            case .addresses(let addresses): (key.name, addresses[0].description)
            case .ports(let ports): (key.name, "\(ports[0])")
            case .transports(let transports): (key.name, transports[0].description)
            case .networks, .states: nil
            }
        }
    }

    /// A row in words: `10.0.0.1:5000 → 10.0.0.2:80 tcp`, `10.0.0.1 at 2026-01-05T09:00:00Z`.
    public func name(of row: Int) -> String {
        let keys = Dictionary(self.keys(of: row)) { first, _ in first }
        func end(_ name: String) -> String {
            let address = keys[name] ?? ""
            guard let port = keys[name + "_port"] else { return address }
            return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        }
        let what =
            switch subject {
            case .flow: "\(end("source")) → \(end("destination")) \(keys["protocol"] ?? "")"
            case .pair: "\(end("source")) → \(end("destination"))"
            case .host: keys["host"] ?? ""
            case .window: ""
            }
        guard let window = keys["window"] else { return what }
        let moment = window.isEmpty ? "(silent windows)" : "at \(window)"
        return what.isEmpty ? moment : what + " " + moment
    }
}
