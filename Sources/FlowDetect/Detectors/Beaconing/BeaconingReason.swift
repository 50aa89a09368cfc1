public import FlowModel

/// Calls of one port by a clock.
public struct BeaconingReason: FindingReason {
    /// Seconds from one call to the next.
    public var period: Double
    /// By which share of the period a call is off at most, 0 to 1.
    public var jitter: Double
    /// Share of calls that were left out, 0 to below 1.
    public var missed: Double
    /// Calls looked at; those that come together count once.
    public var calls: Int
    /// The port called.
    public var port: UInt16
    /// Over this.
    public var transport: Transport
    /// Share of the flows without an answer.
    public var unanswered: Double
    /// Home hosts that were seen to call the same address.
    public var clients: Int
    /// Ports that applications call outside every day.
    public static let usualPorts: Set<UInt16> = [21, 22, 53, 80, 443, 853, 3478, 5222, 5223, 5228, 8080, 8443]

    public func sentence(of finding: Finding) -> String {
        let callee = finding.peer?.text(withPort: port) ?? "port \(port)"
        var text =
            "called \(callee) (\(transport)) every \(Quantity.microseconds(period * 1e6)) ± \(Quantity.percent(jitter)), "
            + "\(Quantity.count(calls, "time")), \(Quantity.percent(missed)) left out"
        if unanswered > 0 { text += ", \(Quantity.percent(unanswered)) unanswered" }
        return text + "; \(Quantity.count(clients, "host")) here called it"
    }

    public var stage: AttackStage { .commandAndControl }
    public var category: Incident.Category { .commandAndControl }
    public var techniques: [String] { Self.usualPorts.contains(port) ? ["T1071"] : ["T1071", "T1571"] }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
