import ArgumentParser
import FlowFeatures
import FlowFiles
import FlowModel
import FlowReports

struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws the bytes of each host group as SVG: each flow in order, a histogram, the largest flows.")

    @OptionGroup var input: InputArguments

    @Option(help: ArgumentHelp("Where to put the pictures; made if need be.", valueName: "folder"))
    var output = "."

    @Option(help: ArgumentHelp("Which pictures, with commas: \(GroupCharts.Kind.listed).", valueName: "names"))
    var kind = "series,histogram,bars"

    @Option(help: "Which groups a flow counts in: the subject's first, or all of them.")
    var membership = "first"

    func validate() throws {
        guard GroupStatistics.Membership(rawValue: membership) != nil else {
            throw ValidationError("--membership takes first or all.")
        }
        _ = try kinds()
    }

    func run() throws {
        let source = try input.openSource()
        var statistics = GroupStatistics(membership: GroupStatistics.Membership(rawValue: membership) ?? .first)
        try input.readAll(source) { batch in statistics.add(batch.flows, groups: source.names.groups) }
        let pictures = GroupCharts.pictures(of: statistics, names: source.names.groups, kinds: try kinds())
        var stream = OutputStream()
        try OutputFile.write(pictures, into: output) { path in
            stream.write(path + "\n")
            stream.flush()
        }
    }

    private func kinds() throws -> [GroupCharts.Kind] { try ArgumentValues.list(kind, option: "--kind") }
}
