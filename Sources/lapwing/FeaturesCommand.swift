import ArgumentParser
import FlowEngine
import FlowFeatures
import FlowFiles
import FlowModel
import FlowPipeline
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

    /// How many rows are written at a time.
    private static let stretch = 4096

    @OptionGroup var input: InputArguments

    @Option(help: "What a row is about: flow, pair, host or window.")
    var by: FeatureSubject

    @Option(help: "What to print: \(Self.forms).")
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

    private static var forms: String { FeatureWriter.Form.allCases.map(\.rawValue).joined(separator: ", ") }

    func validate() throws {
        guard FeatureWriter.Form(rawValue: to) != nil else {
            throw ValidationError("--to: no \"\(to)\"; there are \(Self.forms).")
        }
        if let window, !(window >= 0.001 && window <= 86_400) {
            throw ValidationError("--window takes seconds, from 0.001 to 86400.")
        }
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
        var writer = FeatureWriter(json ? .json : FeatureWriter.Form(rawValue: to) ?? .csv)
        var bytes: [UInt8] = []
        writer.begin(builder.rows(0..<0), into: &bytes)
        for start in stride(from: 0, to: builder.rowCount, by: Self.stretch) {
            let end = min(start + Self.stretch, builder.rowCount)
            writer.write(builder.rows(start..<end), into: &bytes)
            output.write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        output.write(bytes)
        output.flush()
        FeatureReport.write(builder, by: by)
    }

    private func builder(_ settings: Settings) -> any FeatureBuilder {
        let length = Int64(max(0.001, min(window ?? settings.windowSeconds, 86_400)) * 1e9)
        return by.builder(
            window: by == .host && window == nil ? nil : length, fill: fill,
            limits: FeatureLimits(settings.limits))
    }
}
