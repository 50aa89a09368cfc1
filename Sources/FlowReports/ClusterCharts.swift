import FlowCharts
public import FlowLearning
public import FlowMath
import FlowModel
import Foundation

/// The pictures of a clustering: its rows along two principal components, how many clusters, how much is explained,
/// how each feature and the scores are distributed.
public struct ClusterCharts: Sendable {
    /// The pictures, the most telling first.
    public let pictures: [Picture]

    /// Draws them. Parameter inertias: with one cluster, two, …; empty where there is no elbow to draw. Throws: what
    /// principal components throw.
    public init(_ clustering: Clustering, inertias: [Double], scale: TableScale) throws(ModelError) {
        let table = clustering.standardized
        let components = try PrincipalComponents(components: min(2, table.columns.count)).fit(table)
        let image = try components.transform(table)
        var pictures = [
            Picture(name: "components", svg: Self.scatter(clustering, image, shares: components.explainedShares))
        ]
        if !inertias.isEmpty {
            let chart = CurveChart(
                title: "Inertia by number of clusters", axes: ("clusters", "inertia"), values: inertias,
                marked: KMeans.elbow(inertias))
            pictures.append(Picture(name: "elbow", svg: chart.svg()))
        }
        var sum = 0.0
        let explained = components.explainedShares.map { share in
            sum += share
            return sum * 100
        }
        let variance = CurveChart(
            title: "Variance explained by the first components", axes: ("components", "%"), values: explained)
        pictures.append(Picture(name: "variance", svg: variance.svg()))
        let scores = BinsChart(
            title: "Outlier scores", unit: "score", values: clustering.scores, weights: table.weights,
            label: { Quantity.short($0) })
        pictures.append(Picture(name: "scores", svg: scores.svg()))
        for (place, column) in clustering.table.columns.enumerated() {
            let values = clustering.table.column(place)
            let isLogarithmic = scale == .log
            let chart = BinsChart(
                title: column.name, unit: isLogarithmic ? "log scale" : "linear scale",
                values: isLogarithmic ? values.map { log1p(max(0, $0)) } : values, weights: table.weights,
                label: { Quantity.amount(isLogarithmic ? expm1($0) : $0, unit: column.unit) })
            pictures.append(Picture(name: "histogram-\(column.name)", svg: chart.svg()))
        }
        self.pictures = pictures
    }

    /// Rows by their first two components, outliers large.
    private static func scatter(_ clustering: Clustering, _ image: FeatureTable, shares: [Double]) -> String {
        let marked = Set(clustering.outliers.map(\.row))
        let axes = (0..<2).map { place in
            let share = place < shares.count ? Quantity.short(shares[place] * 100) : "0"
            return "principal component \(place + 1), \(share) % of the variance"
        }
        let points = (0..<image.rowCount).map { row in
            let place = image.row(row)
            return ScatterChart.Point(
                x: place[place.startIndex], y: image.columns.count > 1 ? place[place.startIndex + 1] : 0,
                group: clustering.labels.isEmpty ? 0 : Int(clustering.labels[row]), isMarked: marked.contains(row))
        }
        let names = clustering.clusters.enumerated().map { number, cluster in
            "cluster \(number + 1): \(Quantity.grouped(cluster.rows))"
        }
        return ScatterChart(
            title: "Rows by principal components; large: outliers", axes: (axes[0], axes[1]), points: points,
            groups: names
        ).svg()
    }
}
