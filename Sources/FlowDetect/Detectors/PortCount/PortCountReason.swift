public import FlowModel

/// A host with far more in a window than its group's hosts have.
public struct PortCountReason: FindingReason {
    /// What is counted.
    public enum Measure: String, Sendable, CaseIterable {
        case ports, peers, bytes
    }

    /// What is farthest above.
    public var measure: Measure
    /// How much of it there is.
    public var value: Double
    /// The group's median.
    public var median: Double
    /// Most distinct ports of one peer, distinct peers, bytes both ways.
    public var values: [Double]
    /// How many of TCP, UDP, ICMP and all others were used.
    public var protocols: Int
    /// The group that it is held against; nil is all home hosts.
    public var group: String?

    public func sentence(of finding: Finding) -> String {
        let number = { (value: Double) in measure == .bytes ? Quantity.bytes(value) : Quantity.short(value) }
        let what =
            switch measure {
            case .ports: " ports of one peer"
            case .peers: " peers"
            case .bytes: ""
            }
        let whose = group.map { "the \"\($0)\" group" } ?? "hosts here"
        return "had \(number(value))\(what) in a window; the median of \(whose) is \(number(median))"
            + " (\(Quantity.short(values[0])) ports, \(Quantity.short(values[1])) peers,"
            + " \(Quantity.bytes(values[2])), \(Quantity.count(protocols, "protocol")) in all)"
    }
}
