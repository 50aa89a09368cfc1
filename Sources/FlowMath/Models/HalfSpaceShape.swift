/// Where half-space trees cut. Columns are drawn anew at each node, from its number: the trees need not be kept.
struct HalfSpaceShape: Sendable, Equatable {
    let parameters: HalfSpaceTrees
    /// The least and the largest value of each fitted column.
    let lows: [Double]
    let highs: [Double]
    /// Of each tree and column: the range that is halved, in spans of the fitted rows.
    private let ranges: [ClosedRange<Double>]

    init(_ parameters: HalfSpaceTrees, lows: [Double], highs: [Double]) {
        self.parameters = parameters
        self.lows = lows
        self.highs = highs
        ranges = (0..<parameters.trees).flatMap { tree in
            var generator = SeededGenerator(seed: parameters.seed, stream: tree)
            return lows.map { _ in
                let middle = generator.unit()
                let reach = 2 * max(middle, 1 - middle)
                return middle - reach...middle + reach
            }
        }
    }

    /// How many nodes there are, with one more a tree, so that the two under node n are 2n and 2n + 1.
    var nodeCount: Int { parameters.trees << (parameters.depth + 1) }

    /// A row in spans of the fitted rows; a constant column has a span of 1.
    func scaled(_ row: ArraySlice<Double>) -> [Double] {
        zip(row, zip(lows, highs)).map { value, range in
            let span = range.1 - range.0
            return (value - range.0) / (span > 0 ? span : 1)
        }
    }

    /// Calls `visit` with the nodes on a scaled row's way and their depths, as long as it returns true.
    func walk(_ tree: Int, _ row: [Double], _ visit: (Int, Int) -> Bool) {
        let width = row.count
        var ranges = Array(ranges[tree * width..<(tree + 1) * width])
        let first = tree << (parameters.depth + 1)
        var node = 1
        for depth in 0...parameters.depth {
            guard visit(first + node, depth) else { return }
            let drawn = SeededGenerator.mixed(parameters.seed &+ UInt64(first + node) &* 0x9e37_79b9_7f4a_7c15)
            let column = Int(drawn.multipliedFullWidth(by: UInt64(width)).high)
            let range = ranges[column]
            let middle = (range.lowerBound + range.upperBound) / 2
            let isUpper = row[column] >= middle
            ranges[column] = isUpper ? middle...range.upperBound : range.lowerBound...middle
            node = node * 2 + (isUpper ? 1 : 0)
        }
    }
}
