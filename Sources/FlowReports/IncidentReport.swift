public import FlowModel
import FlowOutput

/// What `detect` prints about incidents: as many as the budget has room for, or the story of one.
public struct IncidentReport {
    /// The incidents that are shown, worst first.
    public let shown: [Incident]
    /// How many are not.
    public let weakerCount: Int
    private let listed: [Incident]

    /// A report. Parameter listed: worst first. Parameter weakerCount: how many are too weak to be listed. Parameter
    /// budgetPerDay: most incidents shown for each day of input. Parameter days: how long the input is; less than one
    /// counts as one.
    public init(_ listed: [Incident], weakerCount: Int, budgetPerDay: Int, days: Double) {
        shown = Array(listed.prefix(Int(min(1e9, Double(budgetPerDay) * max(1, days)))))
        self.weakerCount = weakerCount + listed.count - shown.count
        self.listed = listed
    }

    /// A table, worst first.
    public func text() -> String { IncidentTable().text(shown, weakerCount: weakerCount) }

    /// JSON Lines, an incident a line.
    public func json() -> [UInt8] {
        let json = IncidentJSON()
        return shown.enumerated().flatMap { json.line($1, rank: $0 + 1) }
    }

    /// The story of one incident, shown or not. Parameter name: its id or its rank. Returns: nil where there is none.
    public func explanation(of name: String) -> String? {
        let place = listed.firstIndex { $0.id == name } ?? Int(name).map { $0 - 1 }
        guard let place, listed.indices.contains(place) else { return nil }
        return IncidentTable().explanation(of: listed[place], rank: place + 1)
    }
}
