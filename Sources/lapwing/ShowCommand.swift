import ArgumentParser
import FlowFiles
import FlowFormats
import FlowModel
import FlowOutput

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints flows as Lapwing reads them: a table, CSV, JSON Lines, or any format that is written.",
        discussion: "So it converts: lapwing show --to zeek --output conn.log export.csv")

    @OptionGroup var input: InputArguments

    @Option(help: "What to print: table, json, \(Self.writers).")
    var to = "table"

    @Flag(help: "JSON Lines; the same as --to json.")
    var json = false

    @Option(help: ArgumentHelp("Only the first flows.", valueName: "count"))
    var head: Int?

    @Option(help: ArgumentHelp("Only the last flows.", valueName: "count"))
    var tail: Int?

    @Option(help: ArgumentHelp("Where to write, instead of standard output.", valueName: "file"))
    var output: String?

    private static var writers: String { FormatCatalog.writers.map { $0.format.name }.joined(separator: ", ") }

    func validate() throws {
        if head != nil && tail != nil { throw ValidationError("--head and --tail exclude each other.") }
        guard (1...10_000_000).contains(head ?? tail ?? 1) else {
            throw ValidationError("--head and --tail take a count from 1 to 10000000.")
        }
        guard ["table", "json"].contains(to) || FormatCatalog.writer(named: to) != nil else {
            throw ValidationError("--to: no \"\(to)\"; there are table, json, \(Self.writers).")
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

/// The last flows of many, in order.
private struct LastFlows {
    private let count: Int
    private var ring: [Flow] = []
    private var next = 0

    init(count: Int) { self.count = count }

    mutating func add(_ flows: [Flow]) {
        for flow in flows.suffix(count) {
            if ring.count < count {
                ring.append(flow)
            } else {
                ring[next] = flow
                next = (next + 1) % count
            }
        }
    }

    var flows: [Flow] { Array(ring[next...] + ring[..<next]) }
}

/// Flows to bytes in one of the forms of `show`.
private enum FlowPrinter {
    case table
    case json
    case format(any FlowWriter)

    init(_ name: String) {
        if let writer = FormatCatalog.writer(named: name) {
            self = .format(writer.init())
        } else {
            self = name == "json" ? .json : .table
        }
    }

    mutating func begin() -> [UInt8] {
        switch self {
        case .table: return Array(FlowTable.header.utf8)
        case .json: return []
        case .format(var writer):
            var bytes: [UInt8] = []
            writer.begin(into: &bytes)
            self = .format(writer)
            return bytes
        }
    }

    mutating func write(_ flows: ArraySlice<Flow>, names: FlowNames) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .table:
            let table = FlowTable(names: names)
            for flow in flows { bytes.append(contentsOf: table.line(flow).printable.utf8) }
        case .json:
            let json = FlowJSON(names: names)
            for flow in flows { bytes.append(contentsOf: json.line(flow)) }
        case .format(var writer):
            for flow in flows { writer.write(flow, names: names, into: &bytes) }
            self = .format(writer)
        }
        return bytes
    }

    mutating func end() -> [UInt8] {
        guard case .format(var writer) = self else { return [] }
        var bytes: [UInt8] = []
        writer.end(into: &bytes)
        return bytes
    }
}
