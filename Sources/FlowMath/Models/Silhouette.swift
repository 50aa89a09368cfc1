/// How much closer rows are to their own cluster than to the nearest other one (Rousseeuw 1987).
public enum Silhouette {
    /// The mean over the rows, from −1 to 1; 0 is what a row counts that is alone in its cluster. Noise, a label below 0,
    /// is left out. Of more than `sample` rows as many are drawn, by `seed`; weights are not looked at. Returns: nil with
    /// fewer than two clusters. Traps if there is not one label a row. Throws: `.noRows`, `.notFinite`, `.badWeight`.
    /// Cost: O(s² d) for s rows.
    public static func mean(
        _ table: FeatureTable, labels: [Int32], sample: Int = 10_000, seed: UInt64 = 1
    ) throws(ModelError) -> Double? {
        precondition(labels.count == table.rowCount, "one label a row")
        try table.check()
        let rows = drawn(labels.indices.filter { labels[$0] >= 0 }, sample, seed)
        let numbers = Dictionary(
            uniqueKeysWithValues: Set(rows.map { labels[$0] }).sorted().enumerated().map { ($1, $0) })
        guard numbers.count > 1 else { return nil }
        let clusters = rows.map { numbers[labels[$0]] ?? 0 }
        var sizes = [Int](repeating: 0, count: numbers.count)
        for cluster in clusters { sizes[cluster] += 1 }
        let width = table.columns.count
        let values = rows.flatMap { table.values[$0 * width..<($0 + 1) * width] }
        let rowsPerTask = 16
        let parts = values.withUnsafeBufferPointer { values in
            RowChunks.concurrently((rows.count + rowsPerTask - 1) / rowsPerTask) { task in
                (task * rowsPerTask..<min(rows.count, (task + 1) * rowsPerTask)).reduce(0) { sum, row in
                    sum + silhouette(row, values, width, clusters, sizes)
                }
            }
        }
        return parts.reduce(0, +) / Double(rows.count)
    }

    /// At most `count` of the rows: the first of a shuffle (Fisher and Yates 1938).
    private static func drawn(_ rows: [Int], _ count: Int, _ seed: UInt64) -> [Int] {
        guard rows.count > count else { return rows }
        var random = SeededGenerator(seed: seed)
        var rows = rows
        for place in 0..<max(0, count) { rows.swapAt(place, place + random.below(rows.count - place)) }
        return Array(rows.prefix(max(0, count)))
    }

    private static func silhouette(
        _ row: Int, _ values: UnsafeBufferPointer<Double>, _ width: Int, _ clusters: [Int], _ sizes: [Int]
    ) -> Double {
        let own = clusters[row]
        guard sizes[own] > 1 else { return 0 }
        var sums = [Double](repeating: 0, count: sizes.count)
        for other in clusters.indices {
            var sum = 0.0
            for column in 0..<width {
                let difference = values[row * width + column] - values[other * width + column]
                sum += difference * difference
            }
            sums[clusters[other]] += sum.squareRoot()
        }
        let within = sums[own] / Double(sizes[own] - 1)
        var nearest = Double.infinity
        for cluster in sizes.indices where cluster != own {
            nearest = min(nearest, sums[cluster] / Double(sizes[cluster]))
        }
        let larger = max(within, nearest)
        return larger > 0 ? (nearest - within) / larger : 0
    }
}
