public import FlowModel

/// A connection that lasts longer than is allowed.
public struct LongConnectionReason: FindingReason {
    /// How long so far.
    public var seconds: Double
    /// In how many records.
    public var slices: Int
    /// Bytes both ways.
    public var bytes: Double
    /// The service's port.
    public var port: UInt16
    /// Connections of the same group to the same port that lasted as long before.
    public var others: Int
    /// Seconds that are allowed.
    public var limit: Double

    public func sentence(of finding: Finding) -> String {
        "was connected with \(finding.peer?.description ?? "one peer") (port \(port)) for"
            + " \(Quantity.microseconds(seconds * 1e6)), \(Quantity.bytes(bytes)) both ways in"
            + " \(Quantity.count(slices, "record")); \(Quantity.microseconds(limit * 1e6)) are allowed, and"
            + " \(Quantity.count(others, "connection")) of its group to this port lasted as long"
    }

    public var stage: AttackStage { .commandAndControl }
    public var techniques: [String] { ["T1571"] }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
