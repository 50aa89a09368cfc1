import ArgumentParser
import FlowFeatures
import FlowFiles
import FlowModel
import FlowReports

struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "What is in the flows: top hosts, pairs, ports, protocols, names, distributions, a time line.")

    @OptionGroup var input: InputArguments

    @Option(help: ArgumentHelp("How many lines of each list.", valueName: "count"))
    var top = 10

    @Option(help: "What lists are ordered by: flows or bytes.")
    var by = TrafficSummary.Measure.bytes.rawValue

    @Flag(help: "Print one object of JSON; numbers not rounded.")
    var json = false

    @Option(help: OutputFile.reportHelp)
    var report: String?

    func validate() throws {
        guard (1...100_000).contains(top) else { throw ValidationError("--top takes a count from 1 to 100000.") }
        guard TrafficSummary.Measure(rawValue: by) != nil else { throw ValidationError("--by takes flows or bytes.") }
    }

    func run() throws {
        let source = try input.openSource()
        var summary = TrafficSummary()
        try input.readAll(source) { batch in summary.add(&batch.flows) }
        summary.countPeers()
        let tables = SummaryTables(
            summary, names: source.names, top: top, by: TrafficSummary.Measure(rawValue: by) ?? .bytes)
        var output = OutputStream()
        if json { output.write(tables.json(report: source.report)) } else { output.write(tables.text()) }
        output.flush()
        if let report {
            let page = ExplorePage(tables: tables, input: source.report, files: input.files)
            try OutputFile.write(page.page(), to: report)
        }
    }
}
