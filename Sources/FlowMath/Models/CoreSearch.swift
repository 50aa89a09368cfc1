/// Finds which rows have enough weight within reach.
struct CoreSearch {
    private let tree: BoxTree
    private let squaredRadius: Double
    private let minimumWeight: Double

    init(_ tree: BoxTree, squaredRadius: Double, minimumWeight: Double) {
        self.tree = tree
        self.squaredRadius = squaredRadius
        self.minimumWeight = minimumWeight
    }

    /// For each place of the tree.
    func cores() -> [Bool] {
        var cores = [Bool](repeating: false, count: tree.count)
        cores.withUnsafeMutableBufferPointer { cores in
            tree.withView { view in
                var leaves: [Int32] = []
                settle(0, view, cores, open: &leaves)
                let leavesPerTask = 64
                _ = RowChunks.concurrently((leaves.count + leavesPerTask - 1) / leavesPerTask) { task in
                    var scratch = [Double](repeating: 0, count: view.width)
                    scratch.withUnsafeMutableBufferPointer { scratch in
                        guard let point = scratch.baseAddress else { return }
                        var stack: [Int32] = []
                        for leaf in leaves[task * leavesPerTask..<min(leaves.count, (task + 1) * leavesPerTask)] {
                            let node = view.nodes[Int(leaf)]
                            for place in Int(node.start)..<Int(node.end) {
                                view.copy(place, to: point)
                                cores[place] = isCore(point, in: leaf, view, &stack)
                            }
                        }
                    }
                }
            }
        }
        return cores
    }

    /// Rows of a box so small that each reaches all are cores at once; the other leaves stay open.
    private func settle(
        _ index: Int, _ view: BoxTree.View, _ cores: UnsafeMutableBufferPointer<Bool>, open: inout [Int32]
    ) {
        let node = view.nodes[index]
        if node.weight >= minimumWeight, view.distances(index, index).largest <= squaredRadius {
            for place in Int(node.start)..<Int(node.end) { cores[place] = true }
        } else if node.isLeaf {
            open.append(Int32(index))
        } else {
            settle(Int(node.left), view, cores, open: &open)
            settle(Int(node.right), view, cores, open: &open)
        }
    }

    private func isCore(
        _ point: UnsafePointer<Double>, in leaf: Int32, _ view: BoxTree.View, _ stack: inout [Int32]
    ) -> Bool {
        var weight = weightWithin(Int(leaf), point, view)
        stack.removeAll(keepingCapacity: true)
        stack.append(0)
        while weight < minimumWeight, let index = stack.popLast() {
            guard index != leaf, view.nearest(Int(index), point) <= squaredRadius else { continue }
            let node = view.nodes[Int(index)]
            if node.isLeaf {
                weight += weightWithin(Int(index), point, view)
            } else {
                stack.append(node.left)
                stack.append(node.right)
            }
        }
        return weight >= minimumWeight
    }

    @inline(__always)
    private func weightWithin(_ leaf: Int, _ point: UnsafePointer<Double>, _ view: BoxTree.View) -> Double {
        var weight = 0.0
        var place = Int(view.nodes[leaf].start)
        let end = Int(view.nodes[leaf].end)
        while place < end {
            let isNear = view.squares(place, point) .<= squaredRadius
            for lane in 0..<min(4, end - place) where isNear[lane] { weight += view.weights[place + lane] }
            place += 4
        }
        return weight
    }
}
