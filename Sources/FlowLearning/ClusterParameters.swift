import FlowFeatures
public import FlowMath
import FlowModel

/// A method of clustering and its parameters.
public struct ClusterParameters: Sendable {
    /// Most clusters that the elbow chooses from.
    private static let elbowLimit = 10

    /// The method.
    public var method: ClusterMethod
    /// How many clusters; nil lets the elbow choose, or takes 8 for `spectral`.
    public var clusters: Int?
    /// dbscan: how far a row reaches, in the units of the scale.
    public var radius: Double
    /// dbscan: the weight of rows within reach that makes a cluster.
    public var minimumWeight: Double
    /// Most outliers listed.
    public var top: Int
    /// Whether the inertias of the elbow are wanted even where the number of clusters is given.
    public var wantsElbow: Bool

    /// A method with all its parameters.
    public init(
        method: ClusterMethod, clusters: Int?, radius: Double, minimumWeight: Double, top: Int, wantsElbow: Bool
    ) {
        self.method = method
        self.clusters = clusters
        self.radius = radius
        self.minimumWeight = minimumWeight
        self.top = top
        self.wantsElbow = wantsElbow
    }

    /// Clusters a table. Parameter windowSeconds: the length of its windows; nil for none. Parameter progress: called
    /// with the share done, 0 to 1. Returns: the clusters, and the inertias of one cluster, two, … where they were
    /// computed. Throws: what the methods throw.
    public func run(
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
