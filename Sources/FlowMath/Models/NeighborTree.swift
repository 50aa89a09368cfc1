/// A k-d tree with tight boxes that finds the nearest rows exactly (Bentley 1975; Euclidean).
///
/// The tree is complete: the nodes under `n` are `2n + 1` and `2n + 2`, and each node halves its rows across the widest
/// side of its box. Within a leaf values lie column by column, so that distances to all its rows are computed at once.
struct NeighborTree: Sendable {
    static let leafRows = 24

    private let width: Int
    /// Boxes have an even number of columns: one of zeros more where there is one too few.
    private let paddedWidth: Int
    private let levels: Int
    /// Of each node: where its rows begin; they end where those of the next node of its level begin.
    private var starts: [Int]
    private var ends: [Int]
    /// Of each node: the lowest value of each column, then the highest.
    private var boxes: [Double]
    /// Of each leaf: its rows' values, column by column.
    private var blocks: [Double]
    /// The row at each place.
    private(set) var rows: [Int]

    /// Cost: O(n d log n).
    init(_ values: [Double], width: Int) {
        let count = values.count / width
        var levels = 0
        while count >> levels > Self.leafRows { levels += 1 }
        // Halves are rounded up: one more level where that makes a leaf too large.
        if (count + 1 << levels - 1) >> levels > Self.leafRows { levels += 1 }
        self.width = width
        paddedWidth = width + width % 2
        self.levels = levels
        let nodes = 2 << levels - 1
        starts = Array(repeating: 0, count: nodes)
        ends = Array(repeating: 0, count: nodes)
        boxes = Array(repeating: 0, count: nodes * paddedWidth * 2)
        blocks = Array(repeating: 0, count: values.count)
        rows = Array(0..<count)
        values.withUnsafeBufferPointer { grow($0, node: 0, rows: 0..<count) }
    }

    private mutating func grow(_ values: UnsafeBufferPointer<Double>, node: Int, rows range: Range<Int>) {
        starts[node] = range.lowerBound
        ends[node] = range.upperBound
        var widest = 0
        var span = -1.0
        for column in 0..<width {
            var low = Double.infinity
            var high = -Double.infinity
            for place in range {
                let value = values[rows[place] * width + column]
                low = min(low, value)
                high = max(high, value)
            }
            boxes[(node * 2) * paddedWidth + column] = low
            boxes[(node * 2 + 1) * paddedWidth + column] = high
            if high - low > span {
                span = high - low
                widest = column
            }
        }
        if node >= 1 << levels - 1 {
            for column in 0..<width {
                for place in range {
                    let block = range.lowerBound * width + column * range.count
                    blocks[block + place - range.lowerBound] = values[rows[place] * width + column]
                }
            }
            return
        }
        let width = width
        // Rows that are equal there keep their order: the tree is the same every time.
        rows[range].sort { (values[$0 * width + widest], $0) < (values[$1 * width + widest], $1) }
        let middle = range.lowerBound + (range.count + 1) / 2
        grow(values, node: node * 2 + 1, rows: range.lowerBound..<middle)
        grow(values, node: node * 2 + 2, rows: middle..<range.upperBound)
    }

    /// Finds the rows nearest to the point of a search; the tree has as many as it looks for, besides the one at
    /// `excluded`.
    func find(_ search: NeighborSearch, excluding excluded: Int) {
        boxes.withUnsafeBufferPointer { boxes in
            blocks.withUnsafeBufferPointer { blocks in
                guard let boxes = boxes.baseAddress, let blocks = blocks.baseAddress else { return }
                visit(0, near: 0, excluded, search, boxes, blocks)
            }
        }
    }

    private func visit(
        _ node: Int, near: Double, _ excluded: Int, _ search: NeighborSearch, _ boxes: UnsafePointer<Double>,
        _ blocks: UnsafePointer<Double>
    ) {
        // A row at infinite distance, where squares overflow, is still a neighbor.
        guard near < search.farthest || near == .infinity else { return }
        guard node < 1 << levels - 1 else {
            let start = starts[node]
            search.take(blocks + start * width, count: ends[node] - start, firstPlace: start, excluding: excluded)
            return
        }
        let left = search.distance(toBox: boxes + (node * 2 + 1) * 2 * paddedWidth)
        let right = search.distance(toBox: boxes + (node * 2 + 2) * 2 * paddedWidth)
        let leftFirst = left <= right
        visit(node * 2 + (leftFirst ? 1 : 2), near: min(left, right), excluded, search, boxes, blocks)
        visit(node * 2 + (leftFirst ? 2 : 1), near: max(left, right), excluded, search, boxes, blocks)
    }
}
