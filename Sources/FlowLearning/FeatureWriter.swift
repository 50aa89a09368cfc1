import FlowEnrich
public import FlowFeatures
import FlowFormats
import FlowMath
import FlowModel

/// Rows of features as CSV with a header, or as JSON Lines: keys, features, and the weight where rows have one.
public struct FeatureWriter: Sendable {
    /// What rows are written as.
    public enum Form: String, Sendable, CaseIterable {
        /// Comma-separated, with a header.
        case csv
        /// JSON Lines, an object a row.
        case json
    }

    private let form: Form
    /// What stands before each cell of a row.
    private var prefixes: [[UInt8]] = []
    private var times = CivilTimeWriter(separator: UInt8(ascii: "-"), between: UInt8(ascii: "T"))

    /// A writer before its first row.
    public init(_ form: Form) { self.form = form }

    /// Appends the header, where the form has one. Parameter rows: any of them, or none: only their names are read.
    public mutating func begin(_ rows: FeatureRows, into bytes: inout [UInt8]) {
        let weight = rows.table.weights == nil ? [] : ["weight"]
        let names = rows.keys.map(\.name) + rows.table.columns.map(\.name) + weight
        for (place, name) in names.enumerated() {
            switch form {
            case .csv: prefixes.append(place == 0 ? [] : [UInt8(ascii: ",")])
            case .json: prefixes.append(Array("\(place == 0 ? "{" : ",")\"\(name)\":".utf8))
            }
        }
        if form == .csv { bytes.append(contentsOf: (names.joined(separator: ",") + "\n").utf8) }
    }

    /// Appends the rows, a line each.
    public mutating func write(_ rows: FeatureRows, into bytes: inout [UInt8]) {
        let count = rows.table.columns.count
        for row in 0..<rows.table.rowCount {
            for (place, key) in rows.keys.enumerated() {
                bytes.append(contentsOf: prefixes[place])
                append(key.values, row, into: &bytes)
            }
            for column in 0..<count {
                bytes.append(contentsOf: prefixes[rows.keys.count + column])
                append(rows.table.values[row * count + column], into: &bytes)
            }
            if let weights = rows.table.weights {
                bytes.append(contentsOf: prefixes[rows.keys.count + count])
                append(weights[row], into: &bytes)
            }
            if form == .json { bytes.append(UInt8(ascii: "}")) }
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private func append(_ value: Double, into bytes: inout [UInt8]) {
        if value >= 0, value < 9e15, value == value.rounded() {
            bytes.append(decimal: UInt64(value))
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    private mutating func append(_ values: KeyColumn.Values, _ row: Int, into bytes: inout [UInt8]) {
        if case .ports(let ports) = values {
            bytes.append(decimal: UInt64(ports[row]))
            return
        }
        if case .times(let moments) = values, moments[row] == nil {
            if form == .json { bytes.append(contentsOf: "null".utf8) }
            return
        }
        if form == .json { bytes.append(UInt8(ascii: "\"")) }
        switch values {
        case .times(let moments):
            if let moment = moments[row] { append(moment, into: &bytes) }
        case .addresses(let addresses): addresses[row].append(to: &bytes)
        case .networks(let addresses, let v4, let v6):
            let length = addresses[row].isV4 ? v4 : v6
            Network(addresses[row], bits: addresses[row].isV4 ? 96 + v4 : v6).base.append(to: &bytes)
            bytes.append(UInt8(ascii: "/"))
            bytes.append(decimal: UInt64(length))
        case .ports(let ports): bytes.append(decimal: UInt64(ports[row]))
        case .transports(let transports): bytes.append(contentsOf: transports[row].description.utf8)
        case .states(let states): bytes.append(contentsOf: states[row].description.utf8)
        }
        if form == .json { bytes.append(UInt8(ascii: "\"")) }
    }

    /// RFC 3339, as `Timestamp.description` writes it.
    private mutating func append(_ moment: Timestamp, into bytes: inout [UInt8]) {
        let rest = moment.nanoseconds % 1_000_000_000
        let decimals = rest == 0 ? 0 : rest % 1_000_000 == 0 ? 3 : rest % 1000 == 0 ? 6 : 9
        times.append(moment, decimals: decimals, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }
}
