public import FlowMath

/// The methods that `cluster --method` takes.
public enum ClusterMethod: String, Sendable, CaseIterable {
    case kmeans, dbscan, spectral, hbos, ecod, copod, iforest, lof, hstrees, pca

    /// The model, where the method only looks for outliers; nil where it makes clusters.
    public var outlierMethod: OutlierMethod? { OutlierMethod(rawValue: rawValue) }
}
