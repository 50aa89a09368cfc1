extension KMeans {
    /// The inertia with one cluster, with two, and so on up to this many. Parameter progress: called with the share done.
    /// Throws as `fit`. Cost: that of as many fits.
    public func inertias(_ table: FeatureTable, progress: (Double) -> Void = { _ in }) throws(ModelError) -> [Double] {
        try check(table)
        let rows = DistinctRows(table)
        return (1...clusters).map { count in
            var model = self
            model.clusters = count
            let inertia = model.fit(rows, columns: []) { _ in }.inertia
            progress(Double(count) / Double(clusters))
            return inertia
        }
    }

    /// The number of clusters after which more of them gain little: where the falling curve of inertias lies farthest
    /// below the line between its ends, both scaled to 1 (Satopää, Albrecht, Irwin and Raghavan 2011). Parameter
    /// inertias: with one cluster, two, …. Returns: 1 where nothing is gained.
    public static func elbow(_ inertias: [Double]) -> Int {
        guard let first = inertias.first, let last = inertias.last, first > last else { return 1 }
        let gains = inertias.enumerated().map { place, inertia in
            (first - inertia) / (first - last) - Double(place) / Double(inertias.count - 1)
        }
        return (gains.indices.max { gains[$0] < gains[$1] } ?? 0) + 1
    }
}
