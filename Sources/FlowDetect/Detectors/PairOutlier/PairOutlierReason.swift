public import FlowModel

/// A pair outside Tukey's fences.
public struct PairOutlierReason: FindingReason {
    /// The values of the pair: connections, distinct destination ports, bytes sent, bytes received.
    public var values: [Double]
    /// The upper fences of the same features.
    public var fences: [Double]
    /// Which of the features lie outside.
    public var outside: [Bool]
    /// The names of the features, in their order.
    public static let features = ["connections", "destinationPorts", "bytesSent", "bytesReceived"]

    public func sentence(of finding: Finding) -> String {
        let labels = ["connections", "destination ports", "bytes sent", "bytes received"]
        var parts: [String] = []
        for index in values.indices where outside[index] {
            let number = { (value: Double) in index < 2 ? Quantity.short(value) : Quantity.bytes(value) }
            parts.append(
                "\(number(values[index])) \(index < 2 ? labels[index] : String(labels[index].dropFirst(6)))"
                    + " (fence \(number(fences[index])))")
        }
        return "stands out among the pairs of its window: " + parts.joined(separator: ", ")
    }

    public var facts: [Fact] {
        let features = Self.features
        let named = features.indices.map { Fact(features[$0], .number(values[$0])) }
        let names = features.indices.filter { outside[$0] }.map { Fact.Value.text(features[$0]) }
        return [
            Fact("values", .object(named), isDetail: true), Fact("outside", .list(names), isDetail: true),
        ]
    }

    public func ports(of finding: Finding) -> [UInt16] { values[1] == 1 ? finding.sampledPorts : [] }
}
