import ArgumentParser
import FlowFeatures
import FlowLearning
import FlowMath
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

    @Option(help: "How: \(ClusterMethod.listed).")
    var method = ClusterMethod.kmeans

    @Option(
        name: .customLong("k"),
        help: ArgumentHelp(
            "How many clusters: of kmeans by the elbow of 1 to 10 by default, of spectral 8.", valueName: "count"))
    var clusters: Int?

    @Option(help: "dbscan: how far a row reaches, in the units of the scale.")
    var eps = 1.0

    @Option(help: ArgumentHelp("dbscan: rows within reach that make a cluster.", valueName: "count"))
    var minSamples = 10

    @Option(
        help: "With --by pair or window: zero counts the windows in which nothing happened, too; none does not.")
    var fill = FeatureFill.none

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
        if let clusters, !(1...1000).contains(clusters) { throw ValidationError("--k takes a count from 1 to 1000.") }
        if clusters != nil && method != .kmeans && method != .spectral {
            throw ValidationError("--k goes with kmeans and spectral only.")
        }
        try table.check(by: subject)
        try TableArguments.check(fill, by: subject)
        if fill == .zero, subject == .pair, method.outlierMethod?.usesWeights == false {
            throw ValidationError(
                "--fill zero does not go with \(method.rawValue), which knows no weights: "
                    + "it would take all silent windows of a pair for one.")
        }
        if method == .pca, table.names?.count == 1 {
            throw ValidationError("--method pca takes two features or more: of one, nothing is left to judge by.")
        }
        guard eps > 0, eps.isFinite else { throw ValidationError("--eps takes a number above 0.") }
        guard minSamples >= 1 else { throw ValidationError("--min-samples takes a count, 1 or more.") }
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
        let learning = try table.read(input, by: subject, windowSeconds: windowSeconds, fill: fill)
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
        let parameters = ClusterParameters(
            method: method, clusters: clusters, radius: eps, minimumWeight: Double(minSamples), top: top,
            wantsElbow: plot != nil)
        var progress = Progress()
        progress.show(0, of: method.rawValue)
        defer { progress.clear() }
        let (clustering, inertias) = try parameters.run(
            learning, scale: table.scale, windowSeconds: windowSeconds
        ) { progress.show($0, of: method.rawValue) }
        let charts = plot == nil ? nil : try ClusterCharts(clustering, inertias: inertias, scale: table.scale)
        return (clustering, charts)
    }
}
