import ArgumentParser
import FlowEngine
import FlowEnrich
import FlowFiles
import FlowFormats
import FlowModel
import FlowReports
import FlowRun
import FlowSettings
import Foundation

/// What every verb that reads flows takes.
struct InputArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files, folders, globs, or - for standard input; plain, gzip, zstd or bzip2.", valueName: "file"))
    var files: [String]

    @Option(help: "Read every file as this format instead of recognizing it: \(Self.formats.joined(separator: ", ")).")
    var format: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Look only at flows such as these: \"dst port 53 and bytes > 1m\"; docs/filter.md has the language.",
            valueName: "filter"))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "Look only at flows that start then or later: 2021-05-11, 2021-05-11 10:00, RFC 3339, seconds since 1970; UTC.",
            valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Look only at flows that start before then.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("Settings in YAML; options win over them.", valueName: "file"))
    var settings: String?

    @Flag(help: "Stop at the first broken row instead of counting it.")
    var strict = false

    @Option(
        help:
            "Threads, all of which decode and two detect; what comes out is the same for any number. As many as processors by default, at most 8."
    )
    var threads: Int?

    private static var formats: [String] { FormatCatalog.readers.map { $0.format.name } }

    func validate() throws {
        guard (1...64).contains(threads ?? 1) else { throw ValidationError("--threads takes a number from 1 to 64.") }
        if let format, FormatCatalog.reader(named: format) == nil {
            throw ArgumentValues.unknown(format, option: "--format", known: Self.formats)
        }
        _ = try flowFilter()
    }

    /// The filter of --where, --since and --until; nil when there is none of them.
    func flowFilter() throws -> FlowFilter? {
        if filter == nil && since == nil && until == nil { return nil }
        let start = try Self.time(since, option: "--since")
        let end = try Self.time(until, option: "--until")
        if let start, let end, start >= end { throw ValidationError("--since must lie before --until.") }
        do throws(FilterError) {
            return try FlowFilter(filter, since: start, until: end)
        } catch {
            throw ValidationError("--where: \(error.text)")
        }
    }

    private static func time(_ text: String?, option: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let time = Timestamp(text: text) else {
            throw ValidationError(
                "\(option): no time \"\(text)\"; write 2021-05-11, 2021-05-11 10:00, 2021-05-11T10:00:00Z or seconds since 1970."
            )
        }
        return time
    }

    /// Opens the input with the settings of --settings.
    func openSource() throws -> FlowSource { try openSource(loadSettings()) }

    /// The settings of --settings, or the defaults; says what is wrong and ends with 2.
    func loadSettings() throws -> Settings { try SettingsArguments.load(settings) }

    /// Opens the input with settings that are already loaded.
    func openSource(_ settings: Settings) throws(InputError) -> FlowSource {
        var options = InputOptions()
        // More than eight the one thread that detects cannot keep busy.
        options.threads = threads ?? min(8, ProcessInfo.processInfo.activeProcessorCount)
        options.isStrict = strict
        options.format = format
        options.csv = settings.csv
        return try FlowSource.open(files, options: options)
    }

    /// Reads all batches, with progress and the summary behind. `body` is given what pairing and the filter make of
    /// each.
    func readAll(_ source: FlowSource, _ body: (inout FlowBatch) -> Void) throws {
        var run = FileRun(source, filter: try flowFilter())
        var progress = Progress()
        defer { progress.clear() }
        var batch = FlowBatch()
        while try run.next(into: &batch) {
            body(&batch)
            progress.show(source.report)
        }
        progress.clear()
        try summarize(source, run.preparation, seconds: progress.seconds)
    }

    /// Takes all of the input through an engine, with progress and the summary behind. `body` is given each batch as the
    /// engine prepared it, and what it has to say.
    func readAll(
        _ source: FlowSource, through engine: inout DetectionEngine, into output: inout EngineOutput,
        _ body: (FlowBatch, EngineOutput) -> Void
    ) throws {
        var run = FileRun(source)
        var progress = Progress()
        defer { progress.clear() }
        try run.detect(with: &engine, into: &output) { batch, output in
            body(batch, output)
            progress.show(source.report)
        }
        progress.clear()
        try summarize(source, engine.prepared, seconds: progress.seconds)
    }

    private func summarize(_ source: FlowSource, _ preparation: FlowPreparation, seconds: Double) throws {
        StandardError.print(InputSummary(source.report, seconds: seconds).lines)
        StandardError.print(PreparationSummary(preparation, names: source.names).lines)
        guard source.report.flows == 0 else { return }
        if source.report.rejected.total > 0 { StandardError.print("lapwing: no row could be read as a flow") }
        if !source.report.problems.isEmpty || source.report.rejected.total > 0 { throw ExitCode(3) }
    }
}
