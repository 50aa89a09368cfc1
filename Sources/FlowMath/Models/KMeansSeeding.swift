/// Centres to start from: greedy k-means++. A row is drawn with the probability of its squared distance from the centres
/// so far; of several draws the one that leaves the smallest sum is kept (Arthur and Vassilvitskii 2007, section 5).
struct KMeansSeeding {
    /// Four draws a centre: what scikit-learn's 2 + ln k makes of 8 to 20 clusters, and what a vector holds.
    private static let draws = 4

    private let rows: DistinctRows
    private let clusters: Int
    /// Squared distance of each row from the nearest centre so far, times its weight.
    private var distances: [Double]

    init(_ rows: DistinctRows, clusters: Int) {
        self.rows = rows
        self.clusters = clusters
        distances = Array(repeating: 0, count: rows.count)
    }

    /// As many centres as there are clusters, one after the other. Cost: O(n d k).
    mutating func centers(_ random: inout SeededGenerator) -> [Double] {
        for index in distances.indices { distances[index] = .infinity }
        let width = rows.columnCount
        let byWeight = RowChunks.map(rows.count) { $0.reduce(0) { $0 + rows.weights[$1] } }
        let first = Self.draw(byWeight, rows.weights, &random)
        var centers = Array(rows.values[first * width..<(first + 1) * width])
        var sums = approach(centers)
        for _ in 1..<clusters {
            let candidates = (0..<Self.draws).flatMap { _ in
                let row = Self.draw(sums, distances, &random)
                return rows.values[row * width..<(row + 1) * width]
            }
            let left = remainders(candidates)
            let best = (0..<Self.draws).min { left[$0] < left[$1] } ?? 0
            let center = Array(candidates[best * width..<(best + 1) * width])
            sums = approach(center)
            centers += center
        }
        return centers
    }

    /// A row, drawn with the probability of its value; `sums` are those of the pieces.
    private static func draw(_ sums: [Double], _ values: [Double], _ random: inout SeededGenerator) -> Int {
        var rest = random.unit() * sums.reduce(0, +)
        var piece = 0
        while piece < sums.count - 1, rest >= sums[piece] {
            rest -= sums[piece]
            piece += 1
        }
        let places = RowChunks.piece(piece, of: values.count)
        var last = places.lowerBound
        for place in places where values[place] > 0 {
            last = place
            rest -= values[place]
            if rest < 0 { break }
        }
        return last
    }

    /// Takes a centre in; the sums of the distances, by piece.
    private mutating func approach(_ center: [Double]) -> [Double] {
        let width = rows.columnCount
        return distances.withUnsafeMutableBufferPointer { distances in
            rows.values.withUnsafeBufferPointer { values in
                rows.weights.withUnsafeBufferPointer { weights in
                    center.withUnsafeBufferPointer { center in
                        RowChunks.map(weights.count) { rows in
                            var total = 0.0
                            for row in rows {
                                var sum = 0.0
                                for column in 0..<width {
                                    let difference = values[row * width + column] - center[column]
                                    sum += difference * difference
                                }
                                let distance = min(distances[row], sum * weights[row])
                                distances[row] = distance
                                total += distance
                            }
                            return total
                        }
                    }
                }
            }
        }
    }

    /// The sum of the distances with each of the four candidates as a centre.
    private func remainders(_ candidates: [Double]) -> SIMD4<Double> {
        let width = rows.columnCount
        let parts = distances.withUnsafeBufferPointer { distances in
            rows.values.withUnsafeBufferPointer { values in
                rows.weights.withUnsafeBufferPointer { weights in
                    CenterLanes(candidates, width: width).lanes.withUnsafeBufferPointer { lanes in
                        RowChunks.map(weights.count) { rows in
                            guard let base = values.baseAddress else { return SIMD4<Double>.zero }
                            var total = SIMD4<Double>.zero
                            for row in rows where distances[row] > 0 {
                                let squares = CenterLanes.squares(lanes, 0, base + row * width, width)
                                let held = SIMD4(repeating: distances[row])
                                let weighted = squares * weights[row]
                                total += weighted.replacing(with: held, where: held .< weighted)
                            }
                            return total
                        }
                    }
                }
            }
        }
        return parts.reduce(.zero, +)
    }
}
