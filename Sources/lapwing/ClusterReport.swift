import FlowFeatures
import FlowMath
import FlowOutput

/// What `cluster` says, as text and as JSON Lines.
struct ClusterReport {
    var clustering: Clustering
    var learning: LearningTable
    var scale: TableScale

    // MARK: Text

    func text() -> String {
        let table = clustering.table
        var text = "\(Quantity.count(table.rowCount, "row")) by \(learning.subject.rawValue), "
        text += "\(Quantity.count(table.columns.count, "feature")), scale \(scale.rawValue); \(clustering.method)\n"
        for (number, cluster) in clustering.clusters.enumerated() {
            let share = cluster.rows / max(1, total) * 100
            text += "\ncluster \(number + 1): \(Quantity.grouped(cluster.rows)) rows (\(Quantity.short(share)) %)\n"
            text += "  apart by: \(apart(cluster))\n  centre: "
            text += zip(table.columns, cluster.center).map { "\($0.name) \(Self.amount($1, $0))" }
                .joined(separator: ", ")
            text += "\n"
        }
        if clustering.noise > 0 { text += "\nnoise: \(Quantity.grouped(clustering.noise)) rows in no cluster\n" }
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

    private var total: Double { clustering.clusters.reduce(clustering.noise) { $0 + $1.rows } }

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

    // MARK: JSON

    func json() -> [UInt8] {
        let table = clustering.table
        var json = JSONText()
        json.object { json in
            json.field("kind", "table")
            json.field("by", learning.subject.rawValue)
            json.field("rows", table.rowCount)
            json.key("features")
            json.array(table.columns) { json, column in json.value(column.name) }
            json.field("scale", scale.rawValue)
            json.field("method", clustering.method)
            json.field("clusters", clustering.clusters.count)
            json.field("noise", clustering.noise)
            json.field("firstSeen", learning.firstSeen)
            json.field("lastSeen", learning.lastSeen)
        }
        json.newline()
        for (number, cluster) in clustering.clusters.enumerated() {
            json.object { json in
                json.field("kind", "cluster")
                json.field("cluster", number + 1)
                json.field("rows", cluster.rows)
                json.field("share", cluster.rows / max(1, total))
                json.key("centre")
                json.object { json in
                    for (column, value) in zip(table.columns, cluster.center) { json.field(column.name, value) }
                }
                json.key("apart")
                json.array(clustering.apart(cluster)) { json, entry in
                    Self.write(entry.cause, deviations: entry.deviations, to: &json)
                }
            }
            json.newline()
        }
        for (place, outlier) in clustering.outliers.enumerated() {
            json.object { json in
                json.field("kind", "outlier")
                json.field("rank", place + 1)
                for key in learning.keys(of: outlier.row) { json.field(key.name, key.value) }
                if !clustering.labels.isEmpty { json.field("cluster", Int(clustering.labels[outlier.row]) + 1) }
                json.field("score", outlier.score)
                json.field("alike", outlier.alike)
                json.key("features")
                json.array(outlier.causes) { json, cause in Self.write(cause, deviations: nil, to: &json) }
            }
            json.newline()
        }
        return json.bytes
    }

    private static func write(_ cause: FeatureCause, deviations: Double?, to json: inout JSONText) {
        json.object { json in
            json.field("feature", cause.column.name)
            json.field("value", cause.value)
            json.field("usual", cause.usual)
            if let deviations { json.field("deviations", deviations) }
        }
    }
}
