/// The edges of a column's bins of equal width, as numpy's `histogram` puts them.
struct BinGrid: Sendable {
    let edges: [Double]
    private let binsPerUnit: Double
    private let last: Int

    /// The bins of values of that range; a single value lies in the middle of a range of 1.
    init(_ range: ClosedRange<Double>, bins: Int) {
        let isPoint = range.lowerBound == range.upperBound
        let low = isPoint ? range.lowerBound - 0.5 : range.lowerBound
        let high = isPoint ? range.upperBound + 0.5 : range.upperBound
        let step = (high - low) / Double(bins)
        self.init((0...bins).map { $0 == bins ? high : Double($0) * step + low })
    }

    /// Bins of those edges, of which there are two or more.
    init(_ edges: [Double]) {
        self.edges = edges
        last = edges.count - 2
        binsPerUnit = Double(edges.count - 1) / (edges[edges.count - 1] - edges[0])
    }

    /// Whether each bin has a width: not where values are so large that 1 is less than their rounding.
    var isDivided: Bool {
        binsPerUnit.isFinite && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// The bin a value is counted in, the lower edge belonging to it; values outside are put in the outermost.
    @inline(__always)
    func counted(_ value: Double) -> Int {
        var bin = guessed(value)
        while bin > 0, value < edges[bin] { bin -= 1 }
        while bin < last, value >= edges[bin + 1] { bin += 1 }
        return bin
    }

    /// The bin a value is scored by, the upper edge belonging to it; values outside are put in the outermost.
    @inline(__always)
    func scored(_ value: Double) -> Int {
        var bin = guessed(value)
        while bin > 0, value <= edges[bin] { bin -= 1 }
        while bin < last, value > edges[bin + 1] { bin += 1 }
        return bin
    }

    /// Right or next to it, but for rounding.
    @inline(__always)
    private func guessed(_ value: Double) -> Int {
        let place = (value - edges[0]) * binsPerUnit
        return place > 0 ? Int(min(place, Double(last))) : 0
    }
}

/// What a column's histogram says of a value.
struct HistogramJudge: Sendable {
    private let grid: BinGrid
    private let shares: [Double]
    private let isDivided: Bool
    private let within: ClosedRange<Double>
    private let most: Double
    /// The share of the fullest bin.
    let least: Double

    init(grid: BinGrid, shares: [Double], tolerance: Double) {
        self.grid = grid
        self.shares = shares
        isDivided = grid.isDivided
        most = shares.max() ?? 0
        least = shares.min() ?? 0
        let edges = grid.edges
        let low = edges[0] - (edges[1] - edges[0]) * tolerance
        let high = edges[edges.count - 1] + (edges[edges.count - 1] - edges[edges.count - 2]) * tolerance
        within = low <= high ? low...high : edges[0]...edges[0]
    }

    /// The share of a value's bin; of the emptiest one where the value lies farther outside than tolerated; 0 where the
    /// column could not be divided into bins.
    @inline(__always)
    func share(of value: Double) -> Double {
        guard isDivided else { return 0 }
        guard within.contains(value) else { return most }
        return shares[grid.scored(value)]
    }
}
