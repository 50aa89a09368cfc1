import FlowFeatures
public import FlowMath
import FlowModel

/// What `cluster` prints, as text and as JSON Lines.
public struct ClusterReport {
    /// Clusters printed as text, largest first; JSON has all.
    private static let clusterLimit = 20
    /// Lines of many features are broken before they get longer.
    private static let lineWidth = 118

    let clustering: Clustering
    let learning: LearningTable
    let scale: TableScale

    /// A report. Parameter learning: the table that was clustered. Parameter scale: what it was scaled by.
    public init(clustering: Clustering, learning: LearningTable, scale: TableScale) {
        self.clustering = clustering
        self.learning = learning
        self.scale = scale
    }

    /// For a person: each cluster, what sets it apart, its centre, then the outliers.
    public func text() -> String {
        let table = clustering.table
        var text = "\(Quantity.count(table.rowCount, "row")) by \(learning.subject.rawValue), "
        text += "\(Quantity.count(table.columns.count, "feature")), scale \(scale.rawValue); \(clustering.method)"
        if let silhouette = clustering.silhouette { text += ", silhouette \(Quantity.short(silhouette))" }
        text += "\n"
        for (number, cluster) in clustering.clusters.prefix(Self.clusterLimit).enumerated() {
            text += "\ncluster \(number + 1): \(counted(cluster.rows))\n  apart by: \(apart(cluster))\n"
            text += Self.lines(
                "  centre: ", zip(table.columns, cluster.center).map { "\($0.name) \(Self.amount($1, $0))" })
        }
        let rest = clustering.clusters.dropFirst(Self.clusterLimit)
        if !rest.isEmpty {
            let rows = counted(rest.reduce(0) { $0 + $1.rows })
            text += "\nand \(Quantity.count(rest.count, "smaller cluster")) with \(rows); --json has all\n"
        }
        if clustering.noise > 0 { text += "\nnoise: \(counted(clustering.noise)) in no cluster\n" }
        if let components = clustering.components { text += explained(components) }
        text += clustering.outliers.isEmpty ? "\nno outliers\n" : "\noutliers\n"
        for (place, outlier) in clustering.outliers.enumerated() {
            text += "  \(place + 1)  score \(Quantity.short(outlier.score))  \(learning.name(of: outlier.row))"
            if outlier.alike > 1 { text += " and \(Quantity.count(outlier.alike - 1, "row")) exactly like it" }
            let causes = outlier.causes.map { cause in
                "\(cause.column.name) \(Self.amount(cause.value, cause.column))"
                    + " (usual \(Self.amount(cause.usual, cause.column)))"
            }
            text += causes.isEmpty ? "\n" : ": \(causes.joined(separator: ", "))\n"
        }
        return text
    }

    /// The components that are kept, and what they are made of.
    private func explained(_ components: FittedPrincipalComponents) -> String {
        let shares = components.explainedShares.prefix(components.kept)
        var text = "\nusual: \(Quantity.count(components.kept, "component")) with "
        text += "\(Quantity.short(shares.reduce(0, +) * 100)) % of the variance; scores are what lies outside of them\n"
        for (number, share) in shares.enumerated() {
            let loadings = components.loadings(number).prefix(5)
                .map { "\($0.share < 0 ? "−" : "")\(Quantity.short(abs($0.share))) \($0.column)" }
            text += "  \(number + 1)  \(Quantity.short(share * 100)) %: \(loadings.joined(separator: ", "))\n"
        }
        return text
    }

    /// `1,204 rows (12 %)`.
    private func counted(_ rows: Double) -> String {
        "\(Quantity.grouped(rows)) row\(rows == 1 ? "" : "s") (\(Quantity.short(rows / max(1, total) * 100)) %)"
    }

    /// Words with commas, on as many lines as they take.
    private static func lines(_ title: String, _ words: [String]) -> String {
        var text = ""
        var line = title
        for (place, word) in words.enumerated() {
            let next = word + (place + 1 < words.count ? ", " : "")
            if line.count + next.count > lineWidth, line.count > title.count {
                text += line.dropLast() + "\n"
                line = "    "
            }
            line += next
        }
        return text + line + "\n"
    }

    /// Rows, or the sum of their weights.
    var total: Double { clustering.clusters.reduce(clustering.noise) { $0 + $1.rows } }

    private func apart(_ cluster: Clustering.Cluster) -> String {
        let words = clustering.apart(cluster).map { cause, deviations in
            (abs(deviations) >= 2 ? "far " : "") + (deviations > 0 ? "more " : "less ") + cause.column.name
                + " (\(Self.amount(cause.value, cause.column)), usual \(Self.amount(cause.usual, cause.column)))"
        }
        return words.isEmpty ? "nothing, it is like most rows" : words.joined(separator: ", ")
    }

    /// A value with its unit, as a person reads it.
    static func amount(_ value: Double, _ column: FeatureTable.Column) -> String {
        Quantity.amount(value, unit: column.unit)
    }
}
