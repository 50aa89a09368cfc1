public import FlowEngine
import FlowEnrich
import FlowFeatures
public import FlowModel

/// What is reported about joined one-way records and about the filter: flows left out, names that no flow has.
public struct PreparationSummary {
    /// Names listed at most where one is not found.
    private static let nameLimit = 5

    private let preparation: FlowPreparation
    private let names: FlowNames

    /// A summary of a preparation that has seen all flows.
    public init(_ preparation: FlowPreparation, names: FlowNames) {
        self.preparation = preparation
        self.names = names
    }

    /// One line each; none where nothing was joined or filtered.
    public var lines: [String] {
        var lines: [String] = []
        if let pairing = preparation.pairing {
            lines.append(
                "\(pairing.pairedCount) flows joined of two one-way records, \(pairing.unpairedCount) records alone")
            if pairing.overflowCount > 0 {
                lines.append("\(pairing.overflowCount) of these sent on early: too many waited for their reverse")
            }
        }
        guard let filter = preparation.filter else { return lines }
        lines.append("\(filter.droppedCount) flows left out by --where, --since or --until")
        for (kind, name) in filter.unmet {
            let table = kind == "group" ? names.groups.names : kind == "label" ? names.labels : names.applications
            let shown = (1..<min(table.count, Self.nameLimit) + 1).map {
                "\"\(table.name(NameID(rawValue: UInt16($0))))\""
            }
            let more = table.count > shown.count ? " and \(table.count - shown.count) more" : ""
            let known = shown.isEmpty ? "it has none" : "there are \(shown.joined(separator: ", "))\(more)"
            lines.append("--where: no \(kind) \"\(name)\" in this input; \(known)")
        }
        return lines
    }
}
