import FlowModel

/// The end of a flood that a host is at.
public enum FloodRole: Sendable {
    case source, target

    /// What kind of incident it makes.
    var category: Incident.Category { self == .source ? .floodSource : .floodTarget }
}
