import ArgumentParser
import FlowFeatures
import FlowMath
import FlowModel
import FlowOutput

/// What `cluster --method` takes.
enum ClusterMethod: String, CaseIterable, ExpressibleByArgument {
    case kmeans, dbscan, spectral, hbos, ecod, copod, iforest, lof, hstrees, pca

    /// The model, where the method only looks for outliers.
    var outlierMethod: OutlierMethod? { OutlierMethod(rawValue: rawValue) }
}

/// The parameters of the methods.
struct ClusterParameters {
    /// Most clusters that the elbow chooses from.
    static let elbowLimit = 10

    var method: ClusterMethod
    /// How many clusters; nil lets the elbow choose.
    var clusters: Int?
    var radius: Double
    var minimumWeight: Double
    var top: Int
    /// Whether inertias are wanted even where the number of clusters is given.
    var wantsElbow: Bool

    /// What a method makes of a table; with the inertias of one cluster, two, … where they were computed.
    func run(
        _ learning: LearningTable, scale: TableScale, windowSeconds: Double?, progress: (Double) -> Void
    ) throws(ModelError) -> (clustering: Clustering, inertias: [Double]) {
        let table = learning.table
        if let method = method.outlierMethod {
            let model = try TrainedModel(
                method, of: table, subject: learning.subject, windowSeconds: windowSeconds, scale: scale, season: 0,
                firstSeen: learning.firstSeen, lastSeen: learning.lastSeen, progress: progress)
            return (try Clustering(table, model, top: top), [])
        }
        let standardizer = try scale.fit(table)
        let scaled = try scale.apply(standardizer, to: table)
        var inertias: [Double] = []
        var words = ""
        let labels: [Int32]
        switch method {
        case .dbscan:
            labels = try DBSCAN(radius: radius, minimumWeight: minimumWeight).fit(scaled, progress: progress).labels
            words = "dbscan, eps \(radius), min samples \(Int(minimumWeight))"
        case .spectral:
            let count = clusters ?? min(8, scaled.rowCount)
            labels = try SpectralClustering(clusters: count).fit(scaled, progress: progress).labels(of: scaled)
            words = "spectral, \(Quantity.count(count, "cluster"))"
        default:
            if clusters == nil || wantsElbow {
                let most = max(1, min(scaled.rowCount, max(Self.elbowLimit, (clusters ?? 0) + 2)))
                inertias = try KMeans(clusters: most, starts: 3).inertias(scaled, progress: progress)
            }
            let count = clusters ?? KMeans.elbow(inertias)
            labels = try KMeans(clusters: count).fit(scaled, progress: progress).labels(of: scaled)
            words =
                "kmeans, \(Quantity.count(count, "cluster"))"
                + (clusters == nil ? " by the elbow of \(inertias.count)" : "")
        }
        let clustering = try Clustering(
            table, scaled: scaled, standardizer, method: words, labels: labels, candidatesAreNoise: method == .dbscan,
            top: top)
        return (clustering, inertias)
    }
}
