/// Joins cores within reach of each other into clusters, and gives the rows at their border to the first of them.
///
/// Two subtrees are held against each other only while they are not known to be of one cluster, nearer ones first: most
/// of a dense table is joined box by box, and few distances are computed.
struct DensityLinks {
    private let tree: BoxTree
    private let cores: [Bool]
    private let squaredRadius: Double
    /// Above each core another of its cluster, of a lower place; itself at the top.
    private var parents: [Int32]
    /// Whether all cores below a node are known to be of one cluster.
    private var isUniform: [Bool]
    /// The first core below a node; −1 where there is none.
    private var firstCores: [Int32]

    init(_ tree: BoxTree, cores: [Bool], squaredRadius: Double) {
        self.tree = tree
        self.cores = cores
        self.squaredRadius = squaredRadius
        parents = (0..<Int32(tree.count)).map { $0 }
        isUniform = Array(repeating: false, count: tree.nodes.count)
        firstCores = Array(repeating: -1, count: tree.nodes.count)
        for index in tree.nodes.indices.reversed() {
            let node = tree.nodes[index]
            if node.isLeaf {
                let first = (node.start..<node.end).first { cores[Int($0)] }
                firstCores[index] = first ?? -1
            } else {
                let left = firstCores[Int(node.left)]
                firstCores[index] = left >= 0 ? left : firstCores[Int(node.right)]
            }
        }
    }

    /// The cluster of each distinct row, −1 for noise, numbered by their first core; and how many there are.
    mutating func clusters() -> (labels: [Int32], count: Int) {
        join()
        var places = [Int32](repeating: 0, count: tree.count)
        for (place, row) in tree.order.enumerated() { places[Int(row)] = Int32(place) }
        var labels = [Int32](repeating: -1, count: tree.count)
        var numbers = [Int32](repeating: -1, count: tree.count)
        var count: Int32 = 0
        parents.withUnsafeMutableBufferPointer { parents in
            for row in labels.indices where cores[Int(places[row])] {
                let top = Int(DensityJoin.top(places[row], parents))
                if numbers[top] < 0 {
                    numbers[top] = count
                    count += 1
                }
                labels[row] = numbers[top]
            }
        }
        giveBorder(&labels)
        return (labels, Int(count))
    }

    private mutating func join() {
        let (tree, squaredRadius) = (tree, squaredRadius)
        parents.withUnsafeMutableBufferPointer { parents in
            isUniform.withUnsafeMutableBufferPointer { isUniform in
                cores.withUnsafeBufferPointer { cores in
                    firstCores.withUnsafeBufferPointer { firstCores in
                        tree.withView { view in
                            DensityJoin(
                                view: view, squaredRadius: squaredRadius, cores: cores, firstCores: firstCores,
                                parents: parents, isUniform: isUniform
                            ).joinAll()
                        }
                    }
                }
            }
        }
    }

    /// Rows that are no cores but within reach of one get the lowest of its clusters, as scikit-learn does it.
    private func giveBorder(_ labels: inout [Int32]) {
        let others = cores.indices.filter { !cores[$0] }
        let known = labels
        let found = tree.withView { view in
            RowChunks.map(others.count) { range in
                var scratch = [Double](repeating: 0, count: view.width)
                return scratch.withUnsafeMutableBufferPointer { scratch in
                    guard let point = scratch.baseAddress else { return [Int32]() }
                    return range.map { index in
                        view.copy(others[index], to: point)
                        return lowestCluster(around: point, view, known)
                    }
                }
            }
        }
        for (place, label) in zip(others, found.joined()) { labels[Int(tree.order[place])] = label }
    }

    private func lowestCluster(around point: UnsafePointer<Double>, _ view: BoxTree.View, _ labels: [Int32]) -> Int32 {
        var lowest = Int32.max
        var stack: [Int32] = [0]
        while let index = stack.popLast() {
            guard firstCores[Int(index)] >= 0, view.nearest(Int(index), point) <= squaredRadius else { continue }
            let node = view.nodes[Int(index)]
            guard node.isLeaf else {
                stack.append(node.left)
                stack.append(node.right)
                continue
            }
            var place = Int(node.start)
            while place < Int(node.end) {
                let isNear = view.squares(place, point) .<= squaredRadius
                for lane in 0..<min(4, Int(node.end) - place) where isNear[lane] && cores[place + lane] {
                    lowest = min(lowest, labels[Int(tree.order[place + lane])])
                }
                place += 4
            }
        }
        return lowest == .max ? -1 : lowest
    }
}
