public import FlowModel

/// What is fixed about a format before any of it is read.
public struct FlowFormat: Sendable {
    /// The name `--format` takes.
    public let name: String
    /// What it is, for `--help` and messages.
    public let summary: String
    /// In which order its records come.
    public let order: FlowOrder
    /// Whether a newline always ends a record, so that input can be split there and read in parallel.
    public let splitsAtNewlines: Bool
    /// Whether a record holds one way of a flow only, so that two make a flow; `FlowPairing` joins them.
    public var isOneWay = false
}
