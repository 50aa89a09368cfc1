public import FlowModel

/// A flow that the settings forbid.
public struct PolicyReason: FindingReason {
    /// The rule, as a person reads it.
    public var rule: String
    /// Its place in the settings, from 1.
    public var number: Int
    /// The port called.
    public var port: UInt16
    /// Over this.
    public var transport: Transport
    /// Flows of the subject against this rule so far.
    public var flows: Int
    /// Whether one of them was taken up.
    public var isAnswered: Bool

    public func sentence(of finding: Finding) -> String {
        let callee = finding.peer?.text(withPort: port) ?? "port \(port)"
        let what = isAnswered ? "opened" : "tried to open"
        return "\(what) \(Quantity.count(flows, "flow")) against rule \(number) (\(rule)), the last to"
            + " \(callee) (\(transport))"
    }

    public var category: Incident.Category { .policyViolation }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
