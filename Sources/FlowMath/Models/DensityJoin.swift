/// The walk of `DensityLinks` over pairs of subtrees.
struct DensityJoin {
    let view: BoxTree.View
    let squaredRadius: Double
    let cores: UnsafeBufferPointer<Bool>
    let firstCores: UnsafeBufferPointer<Int32>
    let parents: UnsafeMutableBufferPointer<Int32>
    let isUniform: UnsafeMutableBufferPointer<Bool>

    /// Joins all cores of the tree: within its larger subtrees on all cores of the machine, then these.
    func joinAll() {
        var subtrees: [Int] = []
        collect(0, below: max(4_096, view.nodes[0].count / 64), &subtrees)
        let separate = subtrees
        // Subtrees share no place of `parents` and no node.
        _ = RowChunks.concurrently(separate.count) { joinWithin(separate[$0], known: []) }
        joinWithin(0, known: Set(separate))
    }

    /// The cluster's top core above a place.
    @inline(__always)
    static func top(_ place: Int32, _ parents: UnsafeMutableBufferPointer<Int32>) -> Int32 {
        var place = place
        while parents[Int(place)] != place {
            parents[Int(place)] = parents[Int(parents[Int(place)])]
            place = parents[Int(place)]
        }
        return place
    }

    private func collect(_ index: Int, below rows: Int, _ subtrees: inout [Int]) {
        let node = view.nodes[index]
        if node.count < rows || node.isLeaf {
            subtrees.append(index)
        } else {
            collect(Int(node.left), below: rows, &subtrees)
            collect(Int(node.right), below: rows, &subtrees)
        }
    }

    @inline(__always)
    private func unite(_ one: Int32, _ other: Int32) {
        let first = Self.top(one, parents)
        let second = Self.top(other, parents)
        if first < second { parents[Int(second)] = first } else { parents[Int(first)] = second }
    }

    /// Joins the cores below a node; nodes of `known` have been done.
    private func joinWithin(_ index: Int, known: Set<Int>) {
        guard firstCores[index] >= 0, !known.contains(index) else { return }
        let node = view.nodes[index]
        if view.distances(index, index).largest <= squaredRadius {
            uniteAll(index)
        } else if node.isLeaf {
            joinLeaves(index, index)
        } else {
            joinWithin(Int(node.left), known: known)
            joinWithin(Int(node.right), known: known)
            join(Int(node.left), Int(node.right))
            look(index)
        }
    }

    /// Joins what lies within reach between two subtrees that share no row.
    private func join(_ one: Int, _ other: Int) {
        guard firstCores[one] >= 0, firstCores[other] >= 0, !isOneCluster(one, other) else { return }
        let (least, largest) = view.distances(one, other)
        guard least <= squaredRadius else { return }
        if largest <= squaredRadius {
            uniteAll(one)
            uniteAll(other)
            unite(firstCores[one], firstCores[other])
            return
        }
        let (first, second) = (view.nodes[one], view.nodes[other])
        if first.isLeaf, second.isLeaf {
            joinLeaves(one, other)
        } else if second.isLeaf || (!first.isLeaf && first.count >= second.count) {
            joinHalves(of: one, with: other)
        } else {
            joinHalves(of: other, with: one)
        }
    }

    private func joinHalves(of index: Int, with other: Int) {
        let node = view.nodes[index]
        let (left, right) = (Int(node.left), Int(node.right))
        let isLeftNearer = view.distances(left, other).least <= view.distances(right, other).least
        join(isLeftNearer ? left : right, other)
        join(isLeftNearer ? right : left, other)
        look(index)
    }

    private func isOneCluster(_ one: Int, _ other: Int) -> Bool {
        isUniform[one] && isUniform[other]
            && Self.top(firstCores[one], parents) == Self.top(firstCores[other], parents)
    }

    /// Whether a node has become uniform, by what its halves are.
    private func look(_ index: Int) {
        guard !isUniform[index] else { return }
        let node = view.nodes[index]
        let (left, right) = (Int(node.left), Int(node.right))
        if firstCores[left] < 0 {
            isUniform[index] = isUniform[right]
        } else if firstCores[right] < 0 {
            isUniform[index] = isUniform[left]
        } else {
            isUniform[index] = isOneCluster(left, right)
        }
    }

    private func uniteAll(_ index: Int) {
        guard !isUniform[index], firstCores[index] >= 0 else { return }
        isUniform[index] = true
        let node = view.nodes[index]
        guard node.isLeaf else {
            uniteAll(Int(node.left))
            uniteAll(Int(node.right))
            for half in [firstCores[Int(node.left)], firstCores[Int(node.right)]] where half >= 0 {
                unite(firstCores[index], half)
            }
            return
        }
        for place in node.start..<node.end where cores[Int(place)] { unite(firstCores[index], place) }
    }

    /// Joins the cores of two leaves, or of one with itself, one by one.
    private func joinLeaves(_ one: Int, _ other: Int) {
        let (first, second) = (view.nodes[one], view.nodes[other])
        withUnsafeTemporaryAllocation(of: Double.self, capacity: view.width) { scratch in
            guard let point = scratch.baseAddress else { return }
            for place in first.start..<first.end where cores[Int(place)] {
                view.copy(Int(place), to: point)
                guard view.nearest(other, point) <= squaredRadius else { continue }
                var near = Int(second.start)
                while near < Int(second.end) {
                    let isNear = view.squares(near, point) .<= squaredRadius
                    for lane in 0..<min(4, Int(second.end) - near) where isNear[lane] && cores[near + lane] {
                        unite(place, Int32(near + lane))
                    }
                    near += 4
                }
                // One link is enough between two that are each of one cluster.
                if one != other, isOneCluster(one, other) { return }
            }
        }
        for leaf in [one, other] where !isUniform[leaf] {
            let node = view.nodes[leaf]
            let top = Self.top(firstCores[leaf], parents)
            isUniform[leaf] = (node.start..<node.end).allSatisfy {
                !cores[Int($0)] || Self.top($0, parents) == top
            }
        }
    }
}
