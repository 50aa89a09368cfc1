import ArgumentParser
import FlowEvaluation

/// Whose rules run beside ours.
struct RivalArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also run this system's rule with its published defaults: \(RivalName.listed) or all; may be given again.",
            valueName: "name"))
    var compat: [String] = []

    func validate() throws { _ = try rivals() }

    /// The rivals named, each once, in the catalog's order.
    func rivals() throws -> [RivalName] {
        for name in compat where name != "all" && RivalName(rawValue: name) == nil {
            throw ValidationError("--compat: no \"\(name)\"; there are \(RivalName.listed) and all.")
        }
        return RivalName.allCases.filter { compat.contains($0.rawValue) || compat.contains("all") }
    }
}
