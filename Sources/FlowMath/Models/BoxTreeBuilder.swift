/// Orders rows, where they stand, into the nodes of a `BoxTree`.
struct BoxTreeBuilder {
    private static let leafRows = 16
    /// Deeper nodes stay leaves: only rows that lie closer than a box's width times 2⁻⁹⁶ get there.
    private static let maximumDepth = 96

    /// Nodes with their boxes.
    private struct Part {
        var nodes: [BoxTree.Node] = []
        var boxes: [Double] = []
        /// Nodes left for later, all below this many rows.
        var open: [Int] = []
        var openBelow = 0
    }

    /// Row after row.
    let values: UnsafeMutablePointer<Double>
    let order: UnsafeMutableBufferPointer<Int32>
    /// By distinct row.
    let weights: [Double]
    let width: Int

    /// The nodes, the root first, and their boxes.
    func build() -> (nodes: [BoxTree.Node], boxes: [Double]) {
        // The upper nodes first; what hangs below them on all cores.
        var top = Part(openBelow: max(4_096, order.count / 64))
        grow(0, order.count, depth: 0, &top)
        let open = top.open
        let nodes = top.nodes
        let parts = RowChunks.concurrently(open.count) { index in
            var part = Part()
            let node = nodes[open[index]]
            grow(Int(node.start), Int(node.end), depth: 0, &part)
            return part
        }
        for (place, part) in zip(open, parts) {
            let shift = Int32(top.nodes.count - 1)
            for (index, node) in part.nodes.enumerated() {
                var moved = node
                if !node.isLeaf {
                    moved.left += shift
                    moved.right += shift
                }
                if index == 0 { top.nodes[place] = moved } else { top.nodes.append(moved) }
            }
            top.boxes += part.boxes[(2 * width)...]
        }
        for index in top.nodes.indices.reversed() where !top.nodes[index].isLeaf {
            let node = top.nodes[index]
            top.nodes[index].weight = top.nodes[Int(node.left)].weight + top.nodes[Int(node.right)].weight
        }
        return (top.nodes, top.boxes)
    }

    private func grow(_ start: Int, _ end: Int, depth: Int, _ part: inout Part) {
        let index = part.nodes.count
        let box = box(start, end)
        part.nodes.append(BoxTree.Node(start: Int32(start), end: Int32(end), weight: 0))
        part.boxes += box
        if end - start < part.openBelow {
            part.open.append(index)
            return
        }
        guard end - start > Self.leafRows, depth < Self.maximumDepth else {
            part.nodes[index].weight = (start..<end).reduce(0) { $0 + weights[Int(order[$1])] }
            return
        }
        let column = (0..<width).max { box[width + $0] - box[$0] < box[width + $1] - box[$1] } ?? 0
        let middle = partition(start, end, column, at: box[column] / 2 + box[width + column] / 2, box[width + column])
        part.nodes[index].left = Int32(part.nodes.count)
        grow(start, middle, depth: depth + 1, &part)
        part.nodes[index].right = Int32(part.nodes.count)
        grow(middle, end, depth: depth + 1, &part)
    }

    /// Puts the rows below `cut` before the others; where those begin. Some row is the largest, some is smaller.
    private func partition(_ start: Int, _ end: Int, _ column: Int, at cut: Double, _ largest: Double) -> Int {
        var low = start
        var high = end - 1
        while low <= high {
            if values[low * width + column] < cut {
                low += 1
            } else {
                swap(low, high)
                high -= 1
            }
        }
        // Between neighbouring numbers the middle may be rounded to the lower one: then only the largest go right.
        return low > start ? low : partition(start, end, column, at: largest, largest)
    }

    @inline(__always)
    private func swap(_ one: Int, _ other: Int) {
        guard one != other else { return }
        for column in 0..<width {
            let value = values[one * width + column]
            values[one * width + column] = values[other * width + column]
            values[other * width + column] = value
        }
        order.swapAt(one, other)
    }

    private func box(_ start: Int, _ end: Int) -> [Double] {
        let parts = RowChunks.map(end - start) { rows in
            var box = [Double](repeating: .infinity, count: width) + [Double](repeating: -.infinity, count: width)
            box.withUnsafeMutableBufferPointer { box in
                for row in rows {
                    for column in 0..<width {
                        let value = values[(start + row) * width + column]
                        box[column] = min(box[column], value)
                        box[width + column] = max(box[width + column], value)
                    }
                }
            }
            return box
        }
        return parts.dropFirst().reduce(into: parts[0]) { box, part in
            for column in 0..<width {
                box[column] = min(box[column], part[column])
                box[width + column] = max(box[width + column], part[width + column])
            }
        }
    }
}
