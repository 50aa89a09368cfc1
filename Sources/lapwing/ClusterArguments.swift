import FlowMath
import ArgumentParser
import FlowFeatures
import FlowLearning

/// The method of `cluster` and what it takes.
struct ClusterArguments: ParsableArguments {
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

    /// Holds the options against each other and against the table's.
    func check(_ table: TableArguments, by subject: FeatureSubject) throws {
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
    }

    /// The parameters of a fit.
    func parameters(top: Int, wantsElbow: Bool) -> ClusterParameters {
        ClusterParameters(
            method: method, clusters: clusters, radius: eps, minimumWeight: Double(minSamples), top: top,
            wantsElbow: wantsElbow)
    }
}
