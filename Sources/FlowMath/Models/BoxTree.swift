/// A k-d tree over distinct rows (Bentley 1975) whose nodes know the tight box around their rows: cut in the middle of
/// the box's widest column, so that boxes become small where rows are dense.
///
/// Rows lie in the order of the tree, column after column: a leaf is held against a point four rows at a time. Sums of
/// squares are always taken in the order of the columns; rounding being monotonic, no bound of a box ever contradicts a
/// distance of its rows.
struct BoxTree {
    /// A node: its rows, its halves (none of a leaf) and the weight of its rows.
    struct Node {
        var start: Int32
        var end: Int32
        var left: Int32 = -1
        var right: Int32 = -1
        var weight: Double

        var isLeaf: Bool { left < 0 }
        var count: Int { Int(end - start) }
    }

    let width: Int
    let count: Int
    /// The root first.
    let nodes: [Node]
    /// For each node the least and the largest value of each column.
    let boxes: [Double]
    /// Column after column, each `stride` long.
    let columns: [Double]
    let stride: Int
    /// The distinct row of each place.
    let order: [Int32]
    /// The weight of each place.
    let weights: [Double]

    /// Pointers into the tree, for the length of a call.
    struct View {
        let width: Int
        let stride: Int
        let nodes: UnsafePointer<Node>
        let boxes: UnsafePointer<Double>
        let columns: UnsafePointer<Double>
        let weights: UnsafePointer<Double>

        /// The squared distance from the point to the box of a node.
        @inline(__always)
        func nearest(_ node: Int, _ point: UnsafePointer<Double>) -> Double {
            let least = boxes + node * 2 * width
            var sum = 0.0
            for column in 0..<width {
                let gap = max(0, least[column] - point[column], point[column] - least[width + column])
                sum += gap * gap
            }
            return sum
        }

        /// The squared distances between the boxes of two nodes: the least and the largest.
        @inline(__always)
        func distances(_ one: Int, _ other: Int) -> (least: Double, largest: Double) {
            let first = boxes + one * 2 * width
            let second = boxes + other * 2 * width
            var least = 0.0
            var largest = 0.0
            for column in 0..<width {
                let above = second[column] - first[width + column]
                let below = first[column] - second[width + column]
                let gap = max(0, above, below)
                let reach = max(-above, -below)
                least += gap * gap
                largest += reach * reach
            }
            return (least, largest)
        }

        /// The squared distances from the point to four rows that follow each other.
        @inline(__always)
        func squares(_ place: Int, _ point: UnsafePointer<Double>) -> SIMD4<Double> {
            var sum = SIMD4<Double>.zero
            for column in 0..<width {
                let values = UnsafeRawPointer(columns + column * stride + place).loadUnaligned(as: SIMD4<Double>.self)
                let difference = values - SIMD4(repeating: point[column])
                sum += difference * difference
            }
            return sum
        }

        /// Copies a row out.
        @inline(__always)
        func copy(_ place: Int, to point: UnsafeMutablePointer<Double>) {
            for column in 0..<width { point[column] = columns[column * stride + place] }
        }
    }

    /// Calls `body` with pointers into the tree.
    func withView<Result>(_ body: (View) -> Result) -> Result {
        nodes.withUnsafeBufferPointer { nodes in
            boxes.withUnsafeBufferPointer { boxes in
                columns.withUnsafeBufferPointer { columns in
                    weights.withUnsafeBufferPointer { weights in
                        guard let nodes = nodes.baseAddress, let boxes = boxes.baseAddress,
                            let columns = columns.baseAddress, let weights = weights.baseAddress
                        else { preconditionFailure("a tree has rows") }
                        return body(
                            View(
                                width: width, stride: stride, nodes: nodes, boxes: boxes, columns: columns,
                                weights: weights))
                    }
                }
            }
        }
    }

    /// The tree of at least one row; takes the rows over, so that they are not held twice. Cost: O(n d log n).
    init(_ rows: consuming DistinctRows) {
        let count = rows.count
        let width = rows.columnCount
        self.count = count
        self.width = width
        // Room for a vector that begins at the last row.
        stride = count + 3
        var order = [Int32](unsafeUninitializedCapacity: count) { places, filled in
            for place in 0..<count { places[place] = Int32(place) }
            filled = count
        }
        let oldWeights = rows.weights
        var values = rows.takeValues()
        (nodes, boxes) = values.withUnsafeMutableBufferPointer { values in
            order.withUnsafeMutableBufferPointer { order in
                guard let base = values.baseAddress else { preconditionFailure("a tree has rows") }
                return BoxTreeBuilder(values: base, order: order, weights: oldWeights, width: width).build()
            }
        }
        let stride = stride
        columns = [Double](unsafeUninitializedCapacity: width * stride) { buffer, filled in
            let target = buffer
            target.initialize(repeating: 0)
            values.withUnsafeBufferPointer { values in
                RowChunks.forEach(count) { places in
                    for place in places {
                        for column in 0..<width { target[column * stride + place] = values[place * width + column] }
                    }
                }
            }
            filled = width * stride
        }
        weights = order.map { oldWeights[Int($0)] } + [0, 0, 0]
        self.order = order
    }
}
