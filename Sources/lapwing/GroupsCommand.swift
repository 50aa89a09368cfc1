import ArgumentParser
import FlowFeatures
import FlowFiles
import FlowModel
import FlowReports

struct GroupsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Averages, above-average flows and the largest flows of each host group, sent and received.")

    @OptionGroup var input: InputArguments

    @Option(help: "Which groups a flow counts in: the subject's first, or all of them.")
    var membership = "first"

    @Option(help: ArgumentHelp("How many of the largest flows to list.", valueName: "count"))
    var top = 5

    @Flag(help: "Print JSON Lines: the whole, a line a group, a line a pair of groups; numbers not rounded.")
    var json = false

    @Option(help: OutputFile.reportHelp)
    var report: String?

    func validate() throws {
        guard GroupStatistics.Membership(rawValue: membership) != nil else {
            throw ValidationError("--membership takes first or all.")
        }
        guard (0...100_000).contains(top) else { throw ValidationError("--top takes a count from 0 to 100000.") }
    }

    func run() throws {
        let source = try input.openSource()
        var statistics = GroupStatistics(membership: GroupStatistics.Membership(rawValue: membership) ?? .first)
        try input.readAll(source) { batch in statistics.add(batch.flows, groups: source.names.groups) }
        let groups = GroupsReport(statistics, names: source.names.groups, top: top)
        var output = OutputStream()
        if json { output.write(groups.json()) } else { output.write(groups.text()) }
        output.flush()
        if let report {
            let page = GroupsPage(
                statistics: statistics, names: source.names.groups, input: source.report, files: input.files, top: top)
            try OutputFile.write(page.page(), to: report)
        }
    }
}
