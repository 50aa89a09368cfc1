import ArgumentParser
import FlowFeatures
import FlowLearning
import FlowMath
import FlowModel
import FlowSettings

/// What every verb takes that learns from a table of features.
struct TableArguments: ParsableArguments {
    @Option(help: "What a row is about: flow, pair, host or window.")
    var by: FeatureSubject?

    @Option(
        help: ArgumentHelp(
            "Length of a window of event time; hosts need none.", valueName: "seconds"))
    var window: Double?

    @Option(help: ArgumentHelp("Look only at these features, with commas; all by default.", valueName: "names"))
    var columns: String?

    @Option(
        help: """
            The scale of the features: log (of 1 + x, then mean 0 and deviation 1; the default), standard (without the \
            logarithm) or none.
            """)
    var scale = TableScale.log

    func validate() throws {
        try ArgumentValues.checkWindow(window)
        if let names, Set(names).count != names.count { throw ValidationError("--columns: a feature is named twice.") }
        if names?.isEmpty == true { throw ValidationError("--columns names at least one feature.") }
    }

    /// Holds the options against what rows are about, which each verb has its own default of.
    func check(by: FeatureSubject) throws {
        if window != nil && by == .flow { throw ValidationError("--window does not go with --by flow.") }
        let known = by.columns.map(\.name)
        for name in names ?? [] where !known.contains(name) {
            throw ValidationError(
                "--columns: no \"\(name)\" by \(by.rawValue); there are \(known.joined(separator: ", ")).")
        }
    }

    /// Holds --fill against what rows are about.
    static func check(_ fill: FeatureFill, by: FeatureSubject) throws {
        if fill != .none && by != .pair && by != .window {
            throw ValidationError("--fill goes with --by pair or window only.")
        }
    }

    /// The features asked for; nil for all.
    var names: [String]? { columns.map { $0.split(separator: ",").map(String.init) } }

    /// Reads the flows into a table, and says on standard error what it holds. Parameter windowSeconds: nil for none.
    func read(
        _ input: InputArguments, by subject: FeatureSubject, windowSeconds: Double?,
        fill: FeatureFill = .none
    ) throws -> LearningTable {
        let settings = try input.loadSettings()
        let source = try input.openSource(settings)
        var builder = subject.builder(
            window: windowSeconds.map { Int64($0 * 1e9) }, fill: fill, limits: FeatureLimits(settings.limits))
        var seen: (first: Timestamp, last: Timestamp)?
        try input.readAll(source) { batch in
            for flow in batch.flows {
                seen = seen.map { (min($0.first, flow.start), max($0.last, flow.start)) } ?? (flow.start, flow.start)
            }
            builder.add(&batch.flows)
        }
        builder.finish()
        StandardError.print(FeatureReport.lines(builder, by: subject))
        return LearningTable(
            builder: builder, subject: subject, columns: names ?? subject.columns.map(\.name),
            seen: seen)
    }
}

extension FeatureLimits {
    /// The limits of the settings.
    init(_ limits: Settings.Limits) {
        self.init()
        hosts = limits.hosts
        pairs = limits.pairs
    }
}
