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

    /// The least and the largest value of each column; throws as `check`, in the same pass over the values.
    func checkedRanges() throws(ModelError) -> [ClosedRange<Double>] {
        try checkRows()
        let width = columns.count
        let parts = values.withUnsafeBufferPointer { values in
            RowChunks.map(rowCount) { rows -> [ClosedRange<Double>]? in
                guard Self.isFinite(values, rows.lowerBound * width..<rows.upperBound * width) else { return nil }
                return (0..<width).map { column in
                    var low = Double.infinity
                    var high = -Double.infinity
                    for row in rows {
                        let value = values[row &* width &+ column]
                        low = value < low ? value : low
                        high = value > high ? value : high
                    }
                    return low...high
                }
            }
        }
        if parts.contains(where: { $0 == nil }) { try checkValues() }
        let found = parts.compactMap(\.self)
        return (0..<width).map { column in
            found.dropFirst().reduce(found[0][column]) { range, part in
                min(range.lowerBound, part[column].lowerBound)...max(range.upperBound, part[column].upperBound)
            }
        }
    }

    private func checkRows() throws(ModelError) {
        guard rowCount > 0 else { throw .noRows }
        if let row = weights?.firstIndex(where: { !($0.isFinite && $0 > 0) }) { throw .badWeight(row: row) }
    }

    private func checkValues() throws(ModelError) {
        let bad = values.withUnsafeBufferPointer { values in
            RowChunks.map(rowCount) { rows -> Int? in
                let piece = rows.lowerBound * columns.count..<rows.upperBound * columns.count
                return Self.isFinite(values, piece) ? nil : piece.first { !values[$0].isFinite }
            }
        }
        if let place = bad.lazy.compactMap(\.self).first {
            throw .notFinite(row: place / columns.count, column: columns[place % columns.count].name)
        }
    }

    private static func isFinite(_ values: UnsafeBufferPointer<Double>, _ places: Range<Int>) -> Bool {
        // Infinite times 0 is NaN, and so is a sum with NaN in it; four sums do not wait for each other.
        var sums = SIMD4<Double>.zero
        var place = places.lowerBound
        while place + 4 <= places.upperBound {
            sums += SIMD4(values[place], values[place + 1], values[place + 2], values[place + 3]) * 0
            place += 4
        }
        return sums == .zero && values[place..<places.upperBound].allSatisfy(\.isFinite)
    }

    /// Throws if the table cannot be judged by a model of `names`.
    func check(columns names: [String]) throws(ModelError) {
        try check()
        guard columns.map(\.name) == names else { throw .otherColumns }
    }

    /// The sum of the weights: the number of rows where there are none.
    var totalWeight: Double { weights?.reduce(0, +) ?? Double(rowCount) }
}
