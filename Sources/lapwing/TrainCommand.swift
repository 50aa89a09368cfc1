import ArgumentParser
import FlowFeatures
import FlowLearning
import FlowMath
import FlowModel
import FlowOutput

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learns what is ordinary in flows, for detect --model.",
        discussion: """
            Give it traffic that is known to be good, a week of it better than a day: what is in it is ordinary. The \
            model is kept with its columns, units and scale; detect --model says what it has hardly ever seen. \
            docs/models.md describes the methods and what they are worth.
            """)

    @OptionGroup var input: InputArguments
    @OptionGroup var table: TableArguments

    @Option(help: ArgumentHelp("Where the model goes.", valueName: "file"))
    var model: String

    @Option(help: "How: \(OutlierMethod.listed); ecod by default, by window pca. The last three forecast windows.")
    var method: OutlierMethod?

    /// What is seen once in so many hours is ordinary to the detector; of forecasters a quarter of the time is scored.
    private static let leastHours = 4.0

    private var subject: FeatureSubject { table.by ?? .host }
    private var chosen: OutlierMethod { method ?? (subject == .window ? .pca : .ecod) }

    func validate() throws {
        if subject == .flow {
            throw ValidationError("--by: train takes host, pair or window: detect judges by windows.")
        }
        try table.check(by: subject)
        if chosen == .pca, table.names?.count == 1 {
            throw ValidationError("--method pca takes two features or more: of one, nothing is left to judge by.")
        }
        if chosen.isForecaster && subject != .window {
            throw ValidationError("--method \(chosen.rawValue) goes with --by window only.")
        }
        if let window = table.window, window < 1 { throw ValidationError("--window: train takes a second or more.") }
    }

    func run() throws {
        // Five minutes: long enough to show a habit, short enough to tell of it soon.
        let seconds = table.window ?? 300
        // A forecaster takes rows for windows that follow each other.
        let learning = try table.read(
            input, by: subject, windowSeconds: seconds, fill: chosen.isForecaster ? .zero : .none)
        let trained = try trained(learning, seconds: seconds)
        try ModelArguments.save(trained, to: model)
        StandardError.print(
            "\(model): \(chosen.rawValue) of \(Quantity.count(trained.columns.count, "feature")) by \(subject.rawValue), "
                + "\(Quantity.count(trained.rows, "row")) from \(trained.firstSeen) to \(trained.lastSeen)")
        let hours = chosen.isForecaster ? Self.leastHours * 4 : Self.leastHours
        if learning.seconds < hours * 3600 {
            StandardError.print(
                "lapwing: that is too little to judge by: detect --model says nothing before the model knows about "
                    + "\(Int(hours)) hours, and little before it knows a day")
        }
    }

    private func trained(_ learning: LearningTable, seconds: Double) throws(ModelError) -> TrainedModel {
        var progress = Progress()
        progress.show(0, of: chosen.rawValue)
        defer { progress.clear() }
        return try TrainedModel(
            chosen, of: learning.table, subject: subject, windowSeconds: seconds, scale: table.scale,
            season: max(2, Int((86_400 / seconds).rounded())), firstSeen: learning.firstSeen,
            lastSeen: learning.lastSeen
        ) { progress.show($0, of: chosen.rawValue) }
    }
}
