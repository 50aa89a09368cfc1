import ArgumentParser
import FlowFiles
import FlowFormats
import FlowModel
import FlowReports

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints flows as Lapwing reads them: a table, CSV, JSON Lines, or any format that is written.",
        discussion: "So it converts: lapwing show --to zeek --output conn.log export.csv")

    @OptionGroup var input: InputArguments

    @Option(help: "What to print: \(FlowPrinter.names.joined(separator: ", ")).")
    var to = "table"

    @Flag(help: "JSON Lines; the same as --to json.")
    var json = false

    @Option(help: ArgumentHelp("Only the first flows.", valueName: "count"))
    var head: Int?

    @Option(help: ArgumentHelp("Only the last flows.", valueName: "count"))
    var tail: Int?

    @Option(help: ArgumentHelp("Where to write, instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        if head != nil && tail != nil { throw ValidationError("--head and --tail exclude each other.") }
        guard (1...10_000_000).contains(head ?? tail ?? 1) else {
            throw ValidationError("--head and --tail take a count from 1 to 10000000.")
        }
        guard FlowPrinter.names.contains(to) else {
            throw ArgumentValues.unknown(to, option: "--to", known: FlowPrinter.names)
        }
    }

    func run() throws {
        let source = try input.openSource()
        var output = try OutputStream(path: output)
        var printer: FlowPrinter = json ? .json : FlowPrinter(to)
        output.write(printer.begin())
        var left = head ?? .max
        var last = LastFlows(count: tail ?? 0)
        try input.readAll(source) { batch in
            if tail != nil {
                last.add(batch.flows)
                return
            }
            output.write(printer.write(batch.flows.prefix(left), names: source.names))
            left -= min(left, batch.flows.count)
            if left == 0 { source.stop() }
        }
        if tail != nil { output.write(printer.write(last.flows[...], names: source.names)) }
        output.write(printer.end())
        output.flush()
    }
}
