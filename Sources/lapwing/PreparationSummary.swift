import FlowEngine
import FlowEnrich
import FlowFeatures
import FlowModel

/// What standard error says of joined one-way records and of the filter: flows left out, names that nothing has.
struct PreparationSummary {
    private let preparation: FlowPreparation
    private let names: FlowNames

    init(_ preparation: FlowPreparation, names: FlowNames) {
        self.preparation = preparation
        self.names = names
    }

    func write() {
        if let pairing = preparation.pairing {
            StandardError.print(
                "\(pairing.pairedCount) flows joined of two one-way records, \(pairing.unpairedCount) records alone")
            if pairing.overflowCount > 0 {
                StandardError.print(
                    "\(pairing.overflowCount) of these sent on early: too many waited for their reverse")
            }
        }
        guard let filter = preparation.filter else { return }
        StandardError.print("\(filter.droppedCount) flows left out by --where, --since or --until")
        for (kind, name) in filter.unmet {
            let table = kind == "group" ? names.groups.names : kind == "label" ? names.labels : names.applications
            let shown = (1..<min(table.count, 5) + 1).map { "\"\(table.name(NameID(rawValue: UInt16($0))))\"" }
            let more = table.count > shown.count ? " and \(table.count - shown.count) more" : ""
            StandardError.print(
                "--where: no \(kind) \"\(name)\" in this input; "
                    + (shown.isEmpty ? "it has none" : "there are \(shown.joined(separator: ", "))\(more)"))
        }
    }
}
