/// The steps of an attack in their usual order; what is a sign of none of them comes last.
public enum AttackStage: String, Sendable, CaseIterable, Comparable, Codable {
    case reconnaissance
    case exploitation
    case lateralMovement = "lateral-movement"
    case commandAndControl = "c-and-c"
    case dataHoarding = "hoarding"
    /// Exfiltration and harm: what an attack is for.
    case impact
    case context

    public static func < (left: AttackStage, right: AttackStage) -> Bool {
        let order = allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}
