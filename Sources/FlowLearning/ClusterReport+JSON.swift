import FlowFeatures
import FlowMath
import FlowOutput

extension ClusterReport {
    /// JSON Lines: the table, each component, each cluster, each outlier; names are a promise.
    public func json() -> [UInt8] {
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
            if let silhouette = clustering.silhouette { json.field("silhouette", silhouette) }
            json.field("firstSeen", learning.firstSeen)
            json.field("lastSeen", learning.lastSeen)
        }
        json.newline()
        if let components = clustering.components { Self.write(components, to: &json) }
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

    private static func write(_ components: FittedPrincipalComponents, to json: inout JSONText) {
        for (number, share) in components.explainedShares.prefix(components.kept).enumerated() {
            json.object { json in
                json.field("kind", "component")
                json.field("component", number + 1)
                json.field("share", share)
                json.key("loadings")
                json.object { json in
                    for loading in components.loadings(number) { json.field(loading.column, loading.share) }
                }
            }
            json.newline()
        }
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
