import Glibc

/// Rows that stand for all rows of a table.
struct Landmarks {
    let width: Int
    /// Row after row.
    private(set) var values: [Double]
    /// What the rows that each stands for weigh.
    private(set) var weights: [Double]

    /// At most `count` landmarks; the rows themselves where there are no more. Cost: O(n d m).
    init(_ rows: DistinctRows, count: Int, progress: (Double) -> Void) {
        width = rows.columnCount
        values = rows.values
        weights = rows.weights
        guard rows.count > count else { return }
        values = Self.farthestFirst(rows, count: count, progress: progress)
        // Once to the means of their rows; then the rows are told apart anew.
        let sums = self.sums(of: rows)
        for (landmark, weight) in sums.weights.enumerated() where weight > 0 {
            for column in 0..<width {
                values[landmark * width + column] = sums.values[landmark * width + column] / weight
            }
        }
        weights = self.sums(of: rows).weights
        // One that lost all its rows to its neighbours goes.
        let kept = weights.indices.filter { weights[$0] > 0 }
        values = kept.flatMap { values[$0 * width..<($0 + 1) * width] }
        weights = kept.map { weights[$0] }
    }

    private func sums(of rows: DistinctRows) -> (values: [Double], weights: [Double]) {
        var sums = [Double](repeating: 0, count: values.count)
        var weights = [Double](repeating: 0, count: values.count / width)
        for (row, nearest) in CenterLanes(values, width: width).nearest(rows.values).enumerated() {
            let landmark = Int(nearest.center)
            weights[landmark] += rows.weights[row]
            for column in 0..<width {
                sums[landmark * width + column] += rows.weights[row] * rows.values[row * width + column]
            }
        }
        return (sums, weights)
    }

    /// The heaviest row, then again and again the row that is farthest from all so far.
    private static func farthestFirst(
        _ rows: DistinctRows, count: Int, progress: (Double) -> Void
    ) -> [Double] {
        let width = rows.columnCount
        var distances = [Double](repeating: .infinity, count: rows.count)
        var next = rows.weights.indices.max { rows.weights[$0] < rows.weights[$1] } ?? 0
        var chosen: [Double] = []
        for number in 0..<count {
            let center = Array(rows.values[next * width..<(next + 1) * width])
            chosen += center
            let farthest = distances.withUnsafeMutableBufferPointer { distances in
                rows.values.withUnsafeBufferPointer { values in
                    center.withUnsafeBufferPointer { center in
                        RowChunks.map(rows.count) { rows in
                            var farthest = (row: rows.lowerBound, squared: -1.0)
                            for row in rows {
                                var sum = 0.0
                                for column in 0..<width {
                                    let difference = values[row * width + column] - center[column]
                                    sum += difference * difference
                                }
                                let squared = min(distances[row], sum)
                                distances[row] = squared
                                if squared > farthest.squared { farthest = (row, squared) }
                            }
                            return farthest
                        }
                    }
                }
            }
            next = farthest.max { $0.squared < $1.squared }?.row ?? 0
            if number % 64 == 0 { progress(Double(number) / Double(count)) }
        }
        return chosen
    }

    /// exp(−γ · squared distance) of each with each, row after row.
    func affinities(gamma: Double) -> [Double] {
        let count = weights.count
        let width = width
        let rowsPerTask = 16
        return [Double](unsafeUninitializedCapacity: count * count) { buffer, filled in
            let target = buffer
            values.withUnsafeBufferPointer { values in
                _ = RowChunks.concurrently((count + rowsPerTask - 1) / rowsPerTask) { task in
                    for row in task * rowsPerTask..<min(count, (task + 1) * rowsPerTask) {
                        for other in 0..<count {
                            var sum = 0.0
                            for column in 0..<width {
                                let difference = values[row * width + column] - values[other * width + column]
                                sum += difference * difference
                            }
                            target[row * count + other] = exp(-gamma * sum)
                        }
                    }
                }
            }
            filled = count * count
        }
    }
}
