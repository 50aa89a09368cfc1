extension FeatureTable {
    /// Throws if there are no rows, or a value or weight that no model takes.
    func check() throws(ModelError) {
        guard rowCount > 0 else { throw .noRows }
        let bad = values.withUnsafeBufferPointer { values in
            RowChunks.map(rowCount) { rows -> Int? in
                let piece = rows.lowerBound * columns.count..<rows.upperBound * columns.count
                // Infinite times 0 is NaN, and so is a sum with NaN in it.
                var sum = 0.0
                for place in piece { sum += values[place] * 0 }
                return sum == 0 ? nil : piece.first { !values[$0].isFinite }
            }
        }
        if let place = bad.lazy.compactMap(\.self).first {
            throw .notFinite(row: place / columns.count, column: columns[place % columns.count].name)
        }
        if let row = weights?.firstIndex(where: { !($0.isFinite && $0 > 0) }) { throw .badWeight(row: row) }
    }

    /// Throws if the table cannot be judged by a model of `names`.
    func check(columns names: [String]) throws(ModelError) {
        try check()
        guard columns.map(\.name) == names else { throw .otherColumns }
    }

    /// The sum of the weights: the number of rows where there are none.
    var totalWeight: Double { weights?.reduce(0, +) ?? Double(rowCount) }
}
