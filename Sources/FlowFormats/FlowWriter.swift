public import FlowModel

/// Flows to bytes of one format.
public protocol FlowWriter: Sendable {
    /// The format it writes.
    static var format: FlowFormat { get }
    /// A writer at the start of a file.
    init()
    /// Appends what stands before the first flow.
    mutating func begin(into bytes: inout [UInt8])
    /// Appends one flow. Parameter names: the tables its ids point into.
    mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8])
    /// Appends what stands behind the last flow.
    mutating func end(into bytes: inout [UInt8])
}
