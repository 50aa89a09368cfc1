/// A tree of random cuts, flat. The two nodes under a cut lie side by side; a leaf leads to itself, so that all rows
/// take the same number of steps and many can walk at once.
struct IsolationTree: Sendable, Equatable, Codable {
    private struct Node: Sendable, Equatable, Codable {
        /// Values above go to the second node; all are below that of a leaf.
        var threshold: Double
        var column: Int32
        /// The first of the two nodes under it; itself for a leaf.
        var first: Int32
    }

    private var nodes: [Node] = []
    /// Of each node: its depth plus what the rows that ended there would have gone on for.
    private var depths: [Double] = []
    private var steps = 0

    /// Grown from rows of a table.
    init(_ table: FeatureTable, rows: [Int], generator: inout SeededGenerator) {
        var limit = 0
        while 1 << limit < rows.count { limit += 1 }
        var rows = rows
        appendLeaf()
        // Of each node still to be cut: its place, its rows, its depth.
        var open = [(place: 0, rows: rows.startIndex..<rows.endIndex, depth: 0)]
        while let (place, range, depth) = open.popLast() {
            steps = max(steps, depth)
            depths[place] = Double(depth) + Self.expectedDepth(range.count)
            guard depth < limit, range.count > 1 else { continue }
            guard let cut = Self.cut(table, rows[range], &generator) else { continue }
            let middle = rows[range].partition { table.values[$0 * table.columns.count + cut.column] > cut.threshold }
            let first = nodes.count
            nodes[place] = Node(threshold: cut.threshold, column: Int32(cut.column), first: Int32(first))
            appendLeaf()
            appendLeaf()
            open.append((first + 1, middle..<range.upperBound, depth + 1))
            open.append((first, range.lowerBound..<middle, depth + 1))
        }
    }

    private mutating func appendLeaf() {
        nodes.append(Node(threshold: .greatestFiniteMagnitude, column: 0, first: Int32(nodes.count)))
        depths.append(0)
    }

    /// A random cut of a random column that is not constant; nil where all are.
    private static func cut(
        _ table: FeatureTable, _ rows: ArraySlice<Int>, _ generator: inout SeededGenerator
    ) -> (column: Int, threshold: Double)? {
        let width = table.columns.count
        var untried = Array(0..<width)
        while !untried.isEmpty {
            let column = untried.remove(at: generator.below(untried.count))
            var low = Double.infinity
            var high = -Double.infinity
            for row in rows {
                let value = table.values[row * width + column]
                low = min(low, value)
                high = max(high, value)
            }
            guard low < high else { continue }
            let share = generator.unit()
            let threshold = low * (1 - share) + high * share
            return (column, threshold < high ? max(threshold, low) : low)
        }
        return nil
    }

    /// How many cuts it takes on average to set a row apart from `count` − 1 others: that of an unsuccessful search in
    /// a binary search tree.
    static func expectedDepth(_ count: Int) -> Double {
        guard count > 2 else { return count == 2 ? 1 : 0 }
        let others = Double(count - 1)
        let eulerGamma = 0.577_215_664_901_532_9
        return 2 * (logarithm(others) + eulerGamma) - 2 * others / Double(count)
    }

    /// Whether walking it ends: what was loaded may be anything.
    func isValid(_ width: Int) -> Bool {
        guard !nodes.isEmpty, depths.count == nodes.count, (0...64).contains(steps) else { return false }
        return nodes.enumerated().allSatisfy { place, node in
            let isLeaf = Int(node.first) == place && node.threshold == .greatestFiniteMagnitude
            return (0..<width).contains(Int(node.column))
                && (isLeaf || (node.first >= 0 && Int(node.first) + 1 < nodes.count && node.threshold.isFinite))
        }
    }

    /// Adds the depth at which each row ends to its place in `sums`.
    func addDepths(
        _ values: UnsafeBufferPointer<Double>, width: Int, rows: Range<Int>, to sums: UnsafeMutableBufferPointer<Double>
    ) {
        guard let values = values.baseAddress else { return }
        nodes.withUnsafeBufferPointer { nodes in
            depths.withUnsafeBufferPointer { depths in
                guard let nodes = nodes.baseAddress, let depths = depths.baseAddress else { return }
                @inline(__always)
                func next(_ place: Int, _ row: UnsafePointer<Double>) -> Int {
                    let node = nodes[place]
                    return Int(node.first) &+ (row[Int(node.column)] > node.threshold ? 1 : 0)
                }
                var row = rows.lowerBound
                // Six walks at once, since each step waits for the one before.
                while row &+ 6 <= rows.upperBound {
                    let first = values + row &* width
                    let second = first + width
                    let third = second + width
                    let fourth = third + width
                    let fifth = fourth + width
                    let sixth = fifth + width
                    var places = (0, 0, 0, 0, 0, 0)
                    for _ in 0..<steps {
                        places.0 = next(places.0, first)
                        places.1 = next(places.1, second)
                        places.2 = next(places.2, third)
                        places.3 = next(places.3, fourth)
                        places.4 = next(places.4, fifth)
                        places.5 = next(places.5, sixth)
                    }
                    sums[row] += depths[places.0]
                    sums[row &+ 1] += depths[places.1]
                    sums[row &+ 2] += depths[places.2]
                    sums[row &+ 3] += depths[places.3]
                    sums[row &+ 4] += depths[places.4]
                    sums[row &+ 5] += depths[places.5]
                    row &+= 6
                }
                while row < rows.upperBound {
                    var place = 0
                    for _ in 0..<steps { place = next(place, values + row &* width) }
                    sums[row] += depths[place]
                    row &+= 1
                }
            }
        }
    }
}
