import Glibc

/// Brings the columns of a table to mean 0 and standard deviation 1, as scikit-learn's StandardScaler does it (the
/// deviation divides by n, not n − 1); a constant column keeps its scale and becomes 0.
public struct Standardizer: Sendable, Equatable {
    /// What happens to a value before.
    public enum Scaling: String, Sendable, Codable {
        /// Nothing.
        case linear
        /// The logarithm of 1 + the value; of negative values that of their size, with their sign.
        case logarithmic

        fileprivate func callAsFunction(_ value: Double) -> Double {
            switch self {
            case .linear: value
            case .logarithmic: value < 0 ? -log1p(-value) : log1p(value)
            }
        }

        fileprivate func undone(_ value: Double) -> Double {
            switch self {
            case .linear: value
            case .logarithmic: value < 0 ? -expm1(-value) : expm1(value)
            }
        }
    }

    /// What happens to a value before.
    public var scaling: Scaling

    /// A standardizer of that scaling.
    public init(scaling: Scaling = .linear) { self.scaling = scaling }

    /// Means and deviations of the columns, weighted. Throws: `.noRows`, `.notFinite`, `.badWeight`. Cost: O(n d).
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedStandardizer {
        try table.check()
        let scaled = scaling == .linear ? table.values : Self.mapped(table.values) { scaling($0) }
        let moments = ColumnMoments(scaled, width: table.columns.count, weights: table.weights)
        let total = table.totalWeight
        let scales = zip(moments.means, moments.variances).map { mean, variance in
            // scikit-learn's bound for what rounding alone makes vary.
            let rounding = total * mean * Double.ulpOfOne
            return variance <= total * Double.ulpOfOne * variance + rounding * rounding ? 1 : variance.squareRoot()
        }
        return FittedStandardizer(
            scaling: scaling, columns: table.columns.map(\.name), means: moments.means, scales: scales)
    }

    fileprivate static func mapped(_ values: [Double], _ change: (Double) -> Double) -> [Double] {
        [Double](unsafeUninitializedCapacity: values.count) { buffer, filled in
            let target = buffer
            values.withUnsafeBufferPointer { source in
                RowChunks.forEach(source.count) { places in
                    for place in places { target[place] = change(source[place]) }
                }
            }
            filled = values.count
        }
    }
}

/// A standardizer that knows the means and deviations of a table.
public struct FittedStandardizer: Sendable, Equatable, Codable {
    /// What happens to a value before.
    public let scaling: Standardizer.Scaling
    /// The names of the columns.
    public let columns: [String]
    /// The mean of each column, after scaling.
    public let means: [Double]
    /// The standard deviation of each column, after scaling; 1 where it is constant.
    public let scales: [Double]

    /// Whether it is what a fit gives.
    public var isValid: Bool {
        !columns.isEmpty && means.count == columns.count && scales.count == columns.count
            && means.allSatisfy(\.isFinite) && scales.allSatisfy { $0 > 0 && $0.isFinite }
    }

    /// The table in standard deviations from the mean, without units; weights are kept. Throws: `.otherColumns`,
    /// `.noRows`, `.notFinite`, `.badWeight`.
    public func transform(_ table: FeatureTable) throws(ModelError) -> FeatureTable {
        try table.check(columns: columns)
        let width = columns.count
        let values = [Double](unsafeUninitializedCapacity: table.values.count) { buffer, filled in
            let target = buffer
            table.values.withUnsafeBufferPointer { source in
                RowChunks.forEach(table.rowCount) { rows in
                    for row in rows {
                        for column in 0..<width {
                            let place = row * width + column
                            target[place] = (scaling(source[place]) - means[column]) / scales[column]
                        }
                    }
                }
            }
            filled = table.values.count
        }
        return FeatureTable(columns: table.columns.map { .init($0.name) }, values: values, weights: table.weights)
    }

    /// A standardized row, such as a cluster's centre, in the units of the table. Traps if it has other columns.
    public func restored(_ row: [Double]) -> [Double] {
        precondition(row.count == columns.count, "one value a column")
        return row.indices.map { scaling.undone(row[$0] * scales[$0] + means[$0]) }
    }
}
