/// The bins of a table's columns, of equal width in each, as numpy's `histogram` puts them.
struct Histograms: Sendable, Equatable {
    let width: Int
    let bins: Int
    /// Of each column: the edges of its bins, ascending.
    let edges: [Double]
    /// The same, the outermost infinitely far out.
    private let bounds: [Double]
    private let lows: [Double]
    /// 0 where bins have no width.
    private let binsPerUnit: [Double]

    /// The bins of columns whose values span those ranges; a single value lies in the middle of a range of 1.
    init(_ ranges: [ClosedRange<Double>], bins: Int) {
        let edges = ranges.flatMap { range -> [Double] in
            let isPoint = range.lowerBound == range.upperBound
            let low = isPoint ? range.lowerBound - 0.5 : range.lowerBound
            let high = isPoint ? range.upperBound + 0.5 : range.upperBound
            let step = (high - low) / Double(bins)
            return (0...bins).map { $0 == bins ? high : Double($0) * step + low }
        }
        self.init(edges: edges, bins: bins)
    }

    /// Bins of those edges, one more a column than bins.
    init(edges: [Double], bins: Int) {
        width = edges.count / (bins + 1)
        self.bins = bins
        self.edges = edges
        bounds = edges.indices.map { place in
            switch place % (bins + 1) {
            case 0: -Double.infinity
            case bins: Double.infinity
            default: edges[place]
            }
        }
        lows = (0..<width).map { edges[$0 * (bins + 1)] }
        binsPerUnit = (0..<width).map { column in
            let first = column * (bins + 1)
            let perUnit = Double(bins) / (edges[first + bins] - edges[first])
            return perUnit.isFinite ? perUnit : 0
        }
    }

    /// Whether each bin of a column has a width: not where values are so large that 1 is less than their rounding.
    func isDivided(_ column: Int) -> Bool {
        let edges = edges[column * (bins + 1)..<(column + 1) * (bins + 1)]
        return binsPerUnit[column] > 0 && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// The weight of the values in each bin of each column, a lower edge belonging to its bin, and the bin each value is
    /// scored by. Columns in the inner loop: what is added to one bin after the other would wait for itself.
    func counts(_ table: FeatureTable) -> (counts: [Double], scored: [UInt16]) {
        var parts: [[Double]] = []
        let scored = [UInt16](unsafeUninitializedCapacity: table.values.count) { buffer, filled in
            nonisolated(unsafe) let scored = buffer
            parts = withPointers { finder in
                table.values.withUnsafeBufferPointer { values in
                    RowChunks.map(table.rowCount) { rows in
                        var counts = [Double](repeating: 0, count: width * bins)
                        counts.withUnsafeMutableBufferPointer { counts in
                            for row in rows {
                                let weight = table.weights?[row] ?? 1
                                for column in 0..<width {
                                    let place = row &* width &+ column
                                    let found = finder.found(values[place], column)
                                    counts[column &* bins &+ found.counted] += weight
                                    scored[place] = UInt16(truncatingIfNeeded: found.scored)
                                }
                            }
                        }
                        return counts
                    }
                }
            }
            filled = table.values.count
        }
        let counts = parts.reduce(into: [Double](repeating: 0, count: width * bins)) { counts, part in
            for place in counts.indices { counts[place] += part[place] }
        }
        return (counts, scored)
    }

    /// Calls `body` with what finds the bins of values fast.
    func withPointers<Result>(_ body: (Finder) -> Result) -> Result {
        bounds.withUnsafeBufferPointer { bounds in
            lows.withUnsafeBufferPointer { lows in
                binsPerUnit.withUnsafeBufferPointer {
                    body(Finder(bins: bins, bounds: bounds, lows: lows, perUnit: $0))
                }
            }
        }
    }

    /// Finds the bins of values, without branches that only the value decides; those outside are scored by the outermost.
    struct Finder {
        let bins: Int
        let bounds: UnsafeBufferPointer<Double>
        let lows: UnsafeBufferPointer<Double>
        let perUnit: UnsafeBufferPointer<Double>

        /// The bin a value between the outermost edges is counted in, to which its lower edge belongs, and the one it is
        /// scored by, to which its upper edge does.
        @inline(__always)
        func found(_ value: Double, _ column: Int) -> (counted: Int, scored: Int) {
            let edge = nearest((value - lows[column]) * perUnit[column])
            let bound = bounds[column &* (bins &+ 1) &+ edge]
            return (edge &- (value < bound ? 1 : 0), edge &- (value <= bound ? 1 : 0))
        }

        /// The bin any value is scored by.
        @inline(__always)
        func scored(_ value: Double, _ column: Int) -> Int {
            let place = (value - lows[column]) * perUnit[column]
            let last = Double(bins)
            let inner = place > 0 ? place : 0
            let edge = nearest(inner < last ? inner : last)
            return edge &- (value <= bounds[column &* (bins &+ 1) &+ edge] ? 1 : 0)
        }

        /// The edge nearest to a place in bins from the first: only on which side of it a value lies is left to see. At
        /// 2^52 and above the last bits of a number are a whole number, cheaper than a checked conversion.
        @inline(__always)
        private func nearest(_ place: Double) -> Int { Int((place + 0x1p52).bitPattern & 0x1_ffff) }
    }
}
