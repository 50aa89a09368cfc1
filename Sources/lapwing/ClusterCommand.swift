import ArgumentParser
import FlowFeatures
import FlowLearning
import FlowReports

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Groups flows, pairs, hosts or windows by their features, and names the outliers.",
        discussion: """
            kmeans, dbscan and spectral print clusters: how large, their centre in real units, what sets each apart. \
            All methods print the rows that are most unlike the others, and the features that make them so: far from \
            their centre; of dbscan, noise; of the others, by their score. docs/models.md describes the methods.
            """)

    @OptionGroup var input: InputArguments
    @OptionGroup var table: TableArguments

    @OptionGroup var how: ClusterArguments

    @Option(help: ArgumentHelp("Outliers printed at most.", valueName: "count"))
    var top = 10

    @Option(
        help: ArgumentHelp(
            "Draw SVG: principal components, elbow, explained variance, histograms into this folder; or, if it ends in .svg, the first of them into this file.",
            valueName: "path"))
    var plot: String?

    @Flag(help: "Print JSON Lines: the table, each cluster, each outlier.")
    var json = false

    private var subject: FeatureSubject { table.by ?? .pair }

    func validate() throws {
        try how.check(table, by: subject)
        guard (0...1_000_000).contains(top) else { throw ValidationError("--top takes a count, 0 or more.") }
    }

    func run() throws {
        let usual: Double? =
            switch subject {
            case .flow, .host: nil
            case .pair: 10
            case .window: 300
            }
        let windowSeconds = table.window ?? usual
        let learning = try table.read(input, by: subject, windowSeconds: windowSeconds, fill: how.fill)
        let (clustering, charts) = try made(from: learning, windowSeconds: windowSeconds)
        let report = ClusterReport(clustering: clustering, learning: learning, scale: table.scale)
        var output = OutputStream()
        if json { output.write(report.json()) } else { output.write(report.text()) }
        output.flush()
        if let plot, let charts { try write(charts.pictures, to: plot) }
    }

    /// Writes pictures into a folder; the first one alone where the path ends in .svg.
    private func write(_ pictures: [Picture], to path: String) throws {
        guard path.hasSuffix(".svg") else {
            return try OutputFile.write(pictures, into: path) { StandardError.print($0) }
        }
        try OutputFile.write(Array(pictures[0].svg.utf8), to: path)
        StandardError.print(path)
    }

    /// The clusters, and their pictures where these are wanted.
    private func made(
        from learning: LearningTable, windowSeconds: Double?
    ) throws -> (clustering: Clustering, charts: ClusterCharts?) {
        let parameters = how.parameters(top: top, wantsElbow: plot != nil)
        var progress = Progress()
        progress.show(0, of: how.method.rawValue)
        defer { progress.clear() }
        let (clustering, inertias) = try parameters.run(
            learning, scale: table.scale, windowSeconds: windowSeconds
        ) { progress.show($0, of: how.method.rawValue) }
        let charts = plot == nil ? nil : try ClusterCharts(clustering, inertias: inertias, scale: table.scale)
        return (clustering, charts)
    }
}
