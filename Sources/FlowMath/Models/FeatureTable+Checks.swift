extension FeatureTable {
    /// Throws if there are no rows, or a value or weight that no model takes.
    func check() throws(ModelError) {
        try checkRows()
        try checkValues()
    }

    /// The means of the columns; throws as `check`, without a pass of its own over the values.
    func checkedMeans() throws(ModelError) -> [Double] {
        try checkRows()
        let means = ColumnMoments.means(values, width: columns.count, weights: weights)
        if !means.allSatisfy(\.isFinite) { try checkValues() }
        return means
    }

    private func checkRows() throws(ModelError) {
        guard rowCount > 0 else { throw .noRows }
        if let row = weights?.firstIndex(where: { !($0.isFinite && $0 > 0) }) { throw .badWeight(row: row) }
    }

    private func checkValues() throws(ModelError) {
        let bad = values.withUnsafeBufferPointer { values in
            RowChunks.map(rowCount) { rows -> Int? in
                let piece = rows.lowerBound * columns.count..<rows.upperBound * columns.count
                // Infinite times 0 is NaN, and so is a sum with NaN in it; four sums do not wait for each other.
                var sums = SIMD4<Double>.zero
                var place = piece.lowerBound
                while place + 4 <= piece.upperBound {
                    sums += SIMD4(values[place], values[place + 1], values[place + 2], values[place + 3]) * 0
                    place += 4
                }
                let isFinite = sums == .zero && values[place..<piece.upperBound].allSatisfy(\.isFinite)
                return isFinite ? nil : piece.first { !values[$0].isFinite }
            }
        }
        if let place = bad.lazy.compactMap(\.self).first {
            throw .notFinite(row: place / columns.count, column: columns[place % columns.count].name)
        }
    }

    /// Throws if the table cannot be judged by a model of `names`.
    func check(columns names: [String]) throws(ModelError) {
        try check()
        guard columns.map(\.name) == names else { throw .otherColumns }
    }

    /// The sum of the weights: the number of rows where there are none.
    var totalWeight: Double { weights?.reduce(0, +) ?? Double(rowCount) }
}
