import ArgumentParser
import FlowEngine
import FlowFeatures
import FlowLearning
import FlowModel
import FlowSettings

struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Computes features of flows, pairs, hosts or windows: a table as CSV or JSON Lines.",
        discussion: """
            flow: a row for each source, port, destination, port and protocol. pair: for each source, destination and \
            window. host: for each address, with --window also for each window. window: for each window of all flows. \
            docs/features.md defines every column.
            """)

    /// Rows written at a time.
    private static let chunkRows = 4096

    @OptionGroup var input: InputArguments

    @Option(help: "What a row is about: flow, pair, host or window.")
    var by: FeatureSubject

    @Option(help: "What to print: \(FeatureWriter.Form.listed).")
    var to = FeatureWriter.Form.csv.rawValue

    @Flag(help: "JSON Lines; the same as --to json.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Length of a window of event time, of pairs and windows 10 by default; hosts have none by default.",
            valueName: "seconds"))
    var window: Double?

    @Option(
        help: """
            zero counts the empty windows between the first and the last: with --by pair a row of zeros a pair, their \
            number as weight; with --by window a row for each. none does not.
            """)
    var fill = FeatureFill.none

    @Option(help: ArgumentHelp("Where to write, instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        _ = try form()
        try ArgumentValues.checkWindow(window)
        if window != nil && by == .flow { throw ValidationError("--window does not go with --by flow.") }
        try TableArguments.check(fill, by: by)
    }

    func run() throws {
        let settings = try input.loadSettings()
        let source = try input.openSource(settings)
        var output = try OutputStream(path: output)
        var builder = builder(settings)
        try input.readAll(source) { batch in builder.add(&batch.flows) }
        builder.finish()
        var writer = FeatureWriter(try form())
        var bytes: [UInt8] = []
        writer.begin(builder.rows(0..<0), into: &bytes)
        for start in stride(from: 0, to: builder.rowCount, by: Self.chunkRows) {
            let end = min(start + Self.chunkRows, builder.rowCount)
            writer.write(builder.rows(start..<end), into: &bytes)
            output.write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        output.write(bytes)
        output.flush()
        StandardError.print(FeatureReport.lines(builder, by: by))
    }

    private func form() throws -> FeatureWriter.Form { json ? .json : try ArgumentValues.one(to, option: "--to") }

    private func builder(_ settings: Settings) -> any FeatureBuilder {
        let length = Int64(max(0.001, min(window ?? settings.windowSeconds, 86_400)) * 1e9)
        return by.builder(
            window: by == .host && window == nil ? nil : length, fill: fill,
            limits: FeatureLimits(settings.limits))
    }
}
