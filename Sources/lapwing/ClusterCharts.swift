import ArgumentParser
import FlowCharts
import FlowMath
import FlowModel
import FlowOutput
import Foundation

/// The pictures of a clustering: its rows along two principal components, how many clusters, how much is explained,
/// how each feature and the scores are distributed.
struct ClusterCharts {
    private var pictures: [(name: String, svg: String)] = []

    /// Parameter inertias: with one cluster, two, …; none where there is no elbow to draw.
    init(_ clustering: Clustering, inertias: [Double], scale: TableScale) throws(ModelError) {
        let table = clustering.standardized
        let components = try PrincipalComponents(components: min(2, table.columns.count)).fit(table)
        let image = try components.transform(table)
        let shares = components.explainedShares
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
        pictures.append(
            (
                "components",
                ScatterChart(
                    title: "Rows by principal components; large: outliers", axes: (axes[0], axes[1]), points: points,
                    groups: names
                ).svg()
            ))
        if !inertias.isEmpty {
            pictures.append(
                (
                    "elbow",
                    CurveChart(
                        title: "Inertia by number of clusters", axes: ("clusters", "inertia"), values: inertias,
                        marked: KMeans.elbow(inertias)
                    ).svg()
                ))
        }
        var sum = 0.0
        let explained = shares.map { share in
            sum += share
            return sum * 100
        }
        pictures.append(
            (
                "variance",
                CurveChart(
                    title: "Variance explained by the first components", axes: ("components", "%"), values: explained
                ).svg()
            ))
        pictures.append(
            (
                "scores",
                BinsChart(
                    title: "Outlier scores", unit: "score", values: clustering.scores, weights: table.weights,
                    label: { Quantity.short($0) }
                ).svg()
            ))
        for (place, column) in clustering.table.columns.enumerated() {
            let values = clustering.table.column(place)
            let isLogarithmic = scale == .log
            pictures.append(
                (
                    "histogram-\(column.name)",
                    BinsChart(
                        title: column.name, unit: isLogarithmic ? "log scale" : "linear scale",
                        values: isLogarithmic ? values.map { log1p(max(0, $0)) } : values, weights: table.weights,
                        label: { Quantity.amount(isLogarithmic ? expm1($0) : $0, unit: column.unit) }
                    ).svg()
                ))
        }
    }

    /// Writes the pictures into a folder and prints their names; the first one alone where the path ends in .svg.
    /// Throws: exit 3, the reason said.
    func write(to path: String) throws {
        if path.hasSuffix(".svg") {
            guard let first = pictures.first else { return }
            return try Self.write(first.svg, to: path)
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            StandardError.print("lapwing: \(path): cannot make this folder")
            throw ExitCode(3)
        }
        for picture in pictures {
            try Self.write(picture.svg, to: URL(filePath: path).appending(path: picture.name + ".svg").path)
        }
    }

    private static func write(_ svg: String, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(svg.utf8)) else {
            StandardError.print("lapwing: \(path): cannot be written")
            throw ExitCode(3)
        }
        StandardError.print(path)
    }
}
