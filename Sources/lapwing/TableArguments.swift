import ArgumentParser
import FlowFeatures
import FlowMath
import FlowModel
import FlowOutput
import FlowPipeline
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
        if let window, !(window >= 0.001 && window <= 86_400) {
            throw ValidationError("--window takes seconds, from 0.001 to 86400.")
        }
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
        FeatureReport.write(builder, by: subject)
        return LearningTable(
            builder: builder, subject: subject, columns: names ?? subject.columns.map(\.name),
            seen: seen)
    }
}

/// A table of features to learn from, and what its rows are called.
struct LearningTable {
    private static let stretch = 65_536

    private let builder: any FeatureBuilder
    let subject: FeatureSubject
    let table: FeatureTable
    /// The start of the first flow, and of the last.
    let firstSeen: String
    let lastSeen: String
    /// The time between the two.
    let seconds: Double

    init(
        builder: any FeatureBuilder, subject: FeatureSubject, columns: [String],
        seen: (first: Timestamp, last: Timestamp)?
    ) {
        self.builder = builder
        self.subject = subject
        firstSeen = seen?.first.description ?? ""
        lastSeen = seen?.last.description ?? ""
        seconds = seen.map { Double($0.last.nanoseconds.subtractingClamped($0.first.nanoseconds)) / 1e9 } ?? 0
        // Keys stay in the builder: only the columns asked for are held twice.
        var values: [Double] = []
        values.reserveCapacity(builder.rowCount * columns.count)
        var weights: [Double]?
        var picked: [FeatureTable.Column] = []
        for start in stride(from: 0, to: max(1, builder.rowCount), by: Self.stretch) {
            let rows = builder.rows(start..<min(start + Self.stretch, builder.rowCount)).table
            guard let part = rows.picking(columns) else { continue }
            picked = part.columns
            values += part.values
            if let more = part.weights { weights = (weights ?? []) + more }
        }
        table = FeatureTable(columns: picked, values: values, weights: weights)
    }

    /// The keys that name a row.
    func keys(of row: Int) -> [(name: String, value: String)] {
        builder.rows(row..<row + 1).keys.compactMap { key in
            switch key.values {
            case .times(let moments): (key.name, moments[0]?.description ?? "")
            case .addresses(let addresses): (key.name, addresses[0].description)
            case .ports(let ports): (key.name, "\(ports[0])")
            case .transports(let transports): (key.name, transports[0].description)
            case .networks, .states: nil
            }
        }
    }

    /// A row in words: `10.0.0.1:5000 → 10.0.0.2:80 tcp`, `10.0.0.1 at 2026-01-05T09:00:00Z`.
    func name(of row: Int) -> String {
        let keys = Dictionary(self.keys(of: row)) { first, _ in first }
        func end(_ name: String) -> String {
            let address = keys[name] ?? ""
            guard let port = keys[name + "_port"] else { return address }
            return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        }
        let what =
            switch subject {
            case .flow: "\(end("source")) → \(end("destination")) \(keys["protocol"] ?? "")"
            case .pair: "\(end("source")) → \(end("destination"))"
            case .host: keys["host"] ?? ""
            case .window: ""
            }
        guard let window = keys["window"] else { return what }
        let moment = window.isEmpty ? "(silent windows)" : "at \(window)"
        return what.isEmpty ? moment : what + " " + moment
    }
}

extension ModelError {
    /// In words.
    var text: String {
        switch self {
        case .noRows: "there are no rows to learn from"
        case .notFinite(let row, let column): "row \(row + 1): \(column) is not finite"
        case .badWeight(let row): "row \(row + 1) has a weight that is not above 0"
        case .fewerRows(let rows, let clusters):
            "\(Quantity.count(rows, "row")), fewer than the \(clusters) clusters of --k"
        case .tooFewRows(let rows, let needed): "\(Quantity.count(rows, "row")): too few, it takes \(needed)"
        case .badParameter(let name): "\(name) is out of its range"
        case .otherColumns: "the table has other columns than the model"
        case .noConvergence(let code): "the eigenvectors could not be computed (LAPACK says \(code))"
        }
    }

    /// Says what is wrong. Returns: the exit code to throw.
    var exit: ExitCode {
        StandardError.print("lapwing: \(text)")
        if case .badParameter = self { return ExitCode(2) }
        return ExitCode(3)
    }
}
