/// Weighted means and variances of columns.
struct ColumnMoments {
    private(set) var means: [Double]
    /// Divided by the sum of the weights.
    private(set) var variances: [Double]

    /// Of rows of `width` values each; two passes, so that large means cost no digits. Cost: O(n d).
    init(_ values: [Double], width: Int, weights: [Double]?) {
        let total = weights?.reduce(0, +) ?? Double(values.count / width)
        let centers = Self.means(values, width: width, weights: weights)
        means = centers
        variances = Self.sums(values, width, weights) { value, column in
            let distance = value - centers[column]
            return distance * distance
        }.map { $0 / total }
    }

    /// The means alone, in one pass.
    static func means(_ values: [Double], width: Int, weights: [Double]?) -> [Double] {
        let total = weights?.reduce(0, +) ?? Double(values.count / width)
        return sums(values, width, weights) { value, _ in value }.map { $0 / total }
    }

    @inline(__always)
    private static func sums(
        _ values: [Double], _ width: Int, _ weights: [Double]?, of change: (Double, Int) -> Double
    ) -> [Double] {
        let parts = values.withUnsafeBufferPointer { values in
            RowChunks.map(values.count / width) { rows in
                var sums = [Double](repeating: 0, count: width)
                sums.withUnsafeMutableBufferPointer { sums in
                    for row in rows {
                        let weight = weights?[row] ?? 1
                        for column in 0..<width {
                            sums[column] += weight * change(values[row * width + column], column)
                        }
                    }
                }
                return sums
            }
        }
        return parts.reduce(into: [Double](repeating: 0, count: width)) { sums, part in
            for column in 0..<width { sums[column] += part[column] }
        }
    }
}
