import CLapack

/// Principal component analysis: the directions in which rows vary most, by the eigenvectors of the covariance (LAPACK
/// dsyevd); as scikit-learn's PCA with its `covariance_eigh` solver, signs included.
public struct PrincipalComponents: Sendable, Equatable {
    /// How many components are kept; never more than there are columns.
    public var components: Int

    /// An analysis that keeps that many components.
    public init(components: Int) { self.components = components }

    /// The components of the table, rows weighted. One row has no variance: its components are the columns. Throws:
    /// `.badParameter` below one component, `.noRows`, `.notFinite`, `.badWeight`, `.noConvergence`. Cost: O(n d² + d³).
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedPrincipalComponents {
        guard components > 0 else { throw .badParameter("components") }
        let means = try table.checkedMeans()
        let width = table.columns.count
        // As scikit-learn: divided by n − 1.
        let freedom = max(table.totalWeight - 1, .leastNonzeroMagnitude)
        let isSingle = table.totalWeight <= 1
        var vectors = Self.scatter(table, around: means).map { isSingle ? 0 : $0 / freedom }
        var variances = [Double](repeating: 0, count: width)
        try SymmetricEigen.solve(&vectors, size: width, values: &variances)
        // From the largest; a rounding error below 0 is none.
        let order = (0..<width).reversed()
        let directions = order.map { place in
            let vector = Array(vectors[place * width..<(place + 1) * width])
            let largest = vector.max { abs($0) < abs($1) } ?? 1
            return largest < 0 ? vector.map { -$0 } : vector
        }
        return FittedPrincipalComponents(
            columns: table.columns.map(\.name), means: means, kept: min(components, width),
            directions: directions.flatMap(\.self), variances: order.map { max(0, variances[$0]) })
    }

    /// The weighted sum of the products of the centred columns, d × d.
    private static func scatter(_ table: FeatureTable, around means: [Double]) -> [Double] {
        let width = table.columns.count
        SymmetricEigen.useOneThread()
        let parts = table.values.withUnsafeBufferPointer { values in
            RowChunks.map(table.rowCount) { rows in
                var products = [Double](repeating: 0, count: width * width)
                CenteredRows.forEach(rows, values, means) { centered, block in
                    if let weights = table.weights {
                        for (place, row) in block.enumerated() {
                            let factor = weights[row].squareRoot()
                            for column in 0..<width { centered[place * width + column] *= factor }
                        }
                    }
                    cblas_dsyrk(
                        CblasRowMajor, CblasUpper, CblasTrans, Int32(width), Int32(block.count), 1, centered,
                        Int32(width), 1, &products, Int32(width))
                }
                return products
            }
        }
        return parts.reduce(into: [Double](repeating: 0, count: width * width)) { sums, part in
            for place in sums.indices { sums[place] += part[place] }
        }
    }
}

/// The principal components of a table, which judge rows by what they leave unexplained.
public struct FittedPrincipalComponents: Sendable, Equatable, Codable {
    /// The names of the columns.
    public let columns: [String]
    /// The mean of each column.
    public let means: [Double]
    /// How many components are kept.
    public let kept: Int
    /// All components, one after the other from the largest variance, each of length 1.
    public let directions: [Double]
    /// The variance along each component, divided by n − 1.
    public let variances: [Double]

    /// Whether it is what a fit gives.
    var isValid: Bool {
        let width = columns.count
        return width > 0 && means.count == width && (1...width).contains(kept)
            && directions.count == width.multipliedReportingOverflow(by: width).partialValue
            && variances.count == width && (means + directions + variances).allSatisfy(\.isFinite)
    }

    /// The share of all variance that lies along each component; 0 where nothing varies.
    public var explainedShares: [Double] {
        let total = variances.reduce(0, +)
        return variances.map { total > 0 ? $0 / total : 0 }
    }

    /// What a component is made of: the share of each column in its direction, the largest first. Traps if there is no
    /// such component.
    public func loadings(_ component: Int) -> [ColumnShare] {
        let direction = directions[component * columns.count..<(component + 1) * columns.count]
        return direction.enumerated().sorted { (abs($1.element), $0.offset) < (abs($0.element), $1.offset) }
            .map { ColumnShare(column: columns[$0.offset], share: $0.element) }
    }

    /// The rows in the kept components, named `pc1`, `pc2`, …. Throws: `.otherColumns`, `.noRows`, `.notFinite`,
    /// `.badWeight`.
    public func transform(_ table: FeatureTable) throws(ModelError) -> FeatureTable {
        let values = try project(table, onto: 0..<kept)
        return FeatureTable(columns: (1...kept).map { .init("pc\($0)") }, values: values, weights: table.weights)
    }

    /// The squared distance of each row from its image in the kept components (the Q statistic; Jackson and Mudholkar
    /// 1979): large where columns do not go together as they used to. Throws as `transform`.
    public func residuals(_ table: FeatureTable) throws(ModelError) -> [Double] {
        let rest = columns.count - kept
        // What the other components hold: no difference of large numbers.
        let values = try project(table, onto: kept..<columns.count)
        guard rest > 0 else { return Array(repeating: 0, count: table.rowCount) }
        return (0..<table.rowCount).map { row in
            var sum = 0.0
            for place in row * rest..<(row + 1) * rest { sum += values[place] * values[place] }
            return sum
        }
    }

    /// What each column adds to the residual of a row: signed distances whose squares sum to it. Traps if the row has
    /// other columns.
    public func residualParts(_ row: [Double]) -> [Double] {
        let width = columns.count
        precondition(row.count == width, "one value a column")
        var parts = [Double](repeating: 0, count: width)
        for component in kept..<width {
            let direction = directions[component * width..<(component + 1) * width]
            let length = zip(direction, zip(row, means)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
            for (column, share) in direction.enumerated() { parts[column] += share * length }
        }
        return parts
    }

    private func project(_ table: FeatureTable, onto components: Range<Int>) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        let width = columns.count
        guard !components.isEmpty else { return [] }
        SymmetricEigen.useOneThread()
        return [Double](unsafeUninitializedCapacity: table.rowCount * components.count) { buffer, filled in
            let target = buffer
            table.values.withUnsafeBufferPointer { values in
                directions.withUnsafeBufferPointer { directions in
                    guard let from = directions.baseAddress, let to = target.baseAddress else { return }
                    RowChunks.forEach(table.rowCount) { rows in
                        CenteredRows.forEach(rows, values, means) { centered, block in
                            cblas_dgemm(
                                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(block.count), Int32(components.count),
                                Int32(width), 1, centered, Int32(width), from + components.lowerBound * width,
                                Int32(width), 0, to + block.lowerBound * components.count, Int32(components.count))
                        }
                    }
                }
            }
            filled = table.rowCount * components.count
        }
    }
}

/// Rows less their means, a block at a time that fits the nearest cache.
private enum CenteredRows {
    private static let valuesPerBlock = 8_192

    static func forEach(
        _ rows: Range<Int>, _ values: UnsafeBufferPointer<Double>, _ means: [Double],
        _ body: (UnsafeMutablePointer<Double>, Range<Int>) -> Void
    ) {
        let width = means.count
        let rowsPerBlock = max(1, valuesPerBlock / width)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: rowsPerBlock * width) { scratch in
            guard let centered = scratch.baseAddress else { return }
            for first in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsPerBlock) {
                let block = first..<min(rows.upperBound, first + rowsPerBlock)
                means.withUnsafeBufferPointer { means in
                    for (place, row) in block.enumerated() {
                        for column in 0..<width {
                            centered[place * width + column] = values[row * width + column] - means[column]
                        }
                    }
                }
                body(centered, block)
            }
        }
    }
}
