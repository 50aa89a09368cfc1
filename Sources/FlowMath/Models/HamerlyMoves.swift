/// Lloyd's iteration with Hamerly's bounds: of each row an upper bound of the distance from its centre and a lower one
/// of that from any other; while they do not meet, nothing is computed.
struct HamerlyMoves {
    /// Where a start ended.
    struct Outcome {
        var centers: [Double]
        var sizes: [Double]
        var inertia: Double
        var iterations: Int
    }

    private let rows: DistinctRows
    private let width: Int
    private var upper: [Double]
    private var lower: [Double]
    /// −1 before the first pass.
    private var labels: [Int32]

    init(_ rows: DistinctRows) {
        self.rows = rows
        width = rows.columnCount
        upper = Array(repeating: 0, count: rows.count)
        lower = Array(repeating: 0, count: rows.count)
        labels = Array(repeating: -1, count: rows.count)
    }

    /// Moves the centres until together they move no further than `limit` (squared), or `iterations` times.
    mutating func run(from start: [Double], iterations: Int, limit: Double) -> Outcome {
        var centers = start
        let clusters = centers.count / width
        var moved = Moves(clusters)
        // Of each cluster the weighted sum of its rows, then its weight and its number of distinct rows.
        var sums = [Double](repeating: 0, count: clusters * (width + 2))
        for row in labels.indices { labels[row] = -1 }
        var done = 0
        while done < iterations {
            let changes = assign(centers, moved)
            done += 1
            for part in changes.lazy.compactMap(\.self) {
                for place in sums.indices { sums[place] += part[place] }
            }
            if done > 1, changes.allSatisfy({ $0 == nil }) { break }
            let squared = move(&centers, to: sums, &moved)
            if squared <= limit { break }
        }
        return outcome(centers, iterations: done)
    }

    /// How far each centre moved, and how far those that are not the row's own did at most.
    private struct Moves {
        var distances: [Double]
        var farthest = 0
        var second = 0.0

        init(_ clusters: Int) { distances = Array(repeating: 0, count: clusters) }

        mutating func rank() {
            farthest = distances.indices.max { distances[$0] < distances[$1] } ?? 0
            second =
                distances.indices.lazy.filter { [farthest] in $0 != farthest }.map { [distances] in distances[$0] }
                .max() ?? 0
        }
    }

    /// Gives each row its centre; what that changes in the sums, by piece of the rows, nil where nothing.
    private mutating func assign(_ centers: [Double], _ moved: Moves) -> [[Double]?] {
        let width = width
        let clusters = centers.count / width
        let halves = Self.halfGaps(centers, width)
        return upper.withUnsafeMutableBufferPointer { upper in
            lower.withUnsafeMutableBufferPointer { lower in
                labels.withUnsafeMutableBufferPointer { labels in
                    let bounds = Bounds(
                        upper: upper, lower: lower, labels: labels, halves: halves, moved: moved.distances,
                        farthest: moved.farthest, others: moved.distances[moved.farthest], second: moved.second)
                    return rows.values.withUnsafeBufferPointer { values in
                        rows.weights.withUnsafeBufferPointer { weights in
                            centers.withUnsafeBufferPointer { centers in
                                CenterLanes(Array(centers), width: width).lanes.withUnsafeBufferPointer { lanes in
                                    RowChunks.map(weights.count) { rows in
                                        bounds.assign(
                                            rows, values, weights, centers, lanes, width: width, clusters: clusters)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private struct Bounds {
        let upper: UnsafeMutableBufferPointer<Double>
        let lower: UnsafeMutableBufferPointer<Double>
        let labels: UnsafeMutableBufferPointer<Int32>
        let halves: [Double]
        let moved: [Double]
        let farthest: Int
        let others: Double
        let second: Double

        func assign(
            _ rows: Range<Int>, _ values: UnsafeBufferPointer<Double>, _ weights: UnsafeBufferPointer<Double>,
            _ centers: UnsafeBufferPointer<Double>, _ lanes: UnsafeBufferPointer<SIMD4<Double>>, width: Int,
            clusters: Int
        ) -> [Double]? {
            guard let base = values.baseAddress else { return nil }
            var changes: [Double]?
            for row in rows {
                let point = base + row * width
                let label = Int(labels[row])
                if label >= 0 {
                    var above = upper[row] + moved[label]
                    let below = lower[row] - (label == farthest ? second : others)
                    let bound = max(halves[label], below)
                    if above > bound {
                        var sum = 0.0
                        for column in 0..<width {
                            let difference = point[column] - centers[label * width + column]
                            sum += difference * difference
                        }
                        above = sum.squareRoot()
                    }
                    upper[row] = above
                    lower[row] = below
                    if above <= bound { continue }
                }
                let nearest = CenterLanes.nearest(lanes, point, width: width)
                upper[row] = nearest.squared.squareRoot()
                lower[row] = nearest.second.squareRoot()
                guard nearest.center != labels[row] else { continue }
                labels[row] = nearest.center
                var sums = changes.take() ?? [Double](repeating: 0, count: clusters * (width + 2))
                Self.add(point, weights[row], 1, to: Int(nearest.center), &sums, width)
                if label >= 0 { Self.add(point, -weights[row], -1, to: label, &sums, width) }
                changes = consume sums
            }
            return changes
        }

        @inline(__always)
        private static func add(
            _ point: UnsafePointer<Double>, _ weight: Double, _ count: Double, to cluster: Int, _ sums: inout [Double],
            _ width: Int
        ) {
            sums.withUnsafeMutableBufferPointer { sums in
                let first = cluster * (width + 2)
                for column in 0..<width { sums[first + column] += weight * point[column] }
                sums[first + width] += weight
                sums[first + width + 1] += count
            }
        }
    }

    /// Half the distance of each centre from the nearest other: a row closer than that is its own.
    private static func halfGaps(_ centers: [Double], _ width: Int) -> [Double] {
        let nearest = CenterLanes(centers, width: width).nearest(centers)
        return nearest.map { $0.second.squareRoot() / 2 }
    }

    /// Puts the centres on the means; the sum of the squares of how far they moved. A centre without rows goes to the
    /// row that is farthest from its own.
    private func move(_ centers: inout [Double], to sums: [Double], _ moved: inout Moves) -> Double {
        var total = 0.0
        for cluster in moved.distances.indices {
            let first = cluster * (width + 2)
            var squared = 0.0
            let isEmpty = sums[first + width + 1] < 0.5
            let lonely = isEmpty ? upper.indices.max { upper[$0] < upper[$1] } ?? 0 : 0
            for column in 0..<width {
                let place = cluster * width + column
                let mean = isEmpty ? rows.values[lonely * width + column] : sums[first + column] / sums[first + width]
                squared += (mean - centers[place]) * (mean - centers[place])
                centers[place] = mean
            }
            moved.distances[cluster] = squared.squareRoot()
            total += squared
        }
        moved.rank()
        return total
    }

    private func outcome(_ centers: [Double], iterations: Int) -> Outcome {
        var outcome = Outcome(
            centers: centers, sizes: Array(repeating: 0, count: centers.count / width), inertia: 0,
            iterations: iterations)
        for (row, nearest) in CenterLanes(centers, width: width).nearest(rows.values).enumerated() {
            outcome.sizes[Int(nearest.center)] += rows.weights[row]
            outcome.inertia += rows.weights[row] * nearest.squared
        }
        return outcome
    }
}
