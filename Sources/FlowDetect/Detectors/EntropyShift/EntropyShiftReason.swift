public import FlowModel

/// A minute in which addresses or ports are spread otherwise than before, and the host that had most to do with it.
public struct EntropyShiftReason: FindingReason {
    /// What is spread over the flows.
    public enum Feature: Int, Sendable, CaseIterable {
        case sourceAddresses, destinationAddresses, sourcePorts, destinationPorts
    }

    /// What moved most.
    public var feature: Feature
    /// Its entropy, bits.
    public var bits: Double
    /// What it was before, bits.
    public var usualBits: Double
    /// Flows of the minute.
    public var flows: Int
    /// Flows that the subject opened or, where `isDestination`, got; and how many it usually does.
    public var hostFlows: Int
    public var usualHostFlows: Double
    /// Whether the subject stands out as a destination.
    public var isDestination: Bool

    public func sentence(of finding: Finding) -> String {
        let name =
            switch feature {
            case .sourceAddresses: "source addresses"
            case .destinationAddresses: "destination addresses"
            case .sourcePorts: "source ports"
            case .destinationPorts: "destination ports"
            }
        return "\(isDestination ? "got" : "opened") \(Quantity.count(hostFlows, "flow")) of"
            + " \(Quantity.grouped(flows)) in a minute (\(Quantity.short(usualHostFlows)) usually), in which the"
            + " entropy of \(name) was \(Quantity.short(bits)) bits; \(Quantity.short(usualBits)) are ordinary"
    }
}
