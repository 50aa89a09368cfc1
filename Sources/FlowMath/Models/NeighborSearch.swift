/// A search for the rows nearest to a point: the memory of one, used again for the next.
final class NeighborSearch {
    private let width: Int
    private let neighbors: Int
    /// The point, with a zero more where its width is odd.
    private let point: UnsafeMutablePointer<Double>
    /// Squared, ascending.
    private let distances: UnsafeMutablePointer<Double>
    private let places: UnsafeMutablePointer<Int>
    private let sums: UnsafeMutablePointer<Double>

    /// A search for so many neighbors of points of so many values.
    init(neighbors: Int, width: Int) {
        self.width = width
        self.neighbors = neighbors
        point = .allocate(capacity: width + 1)
        point.initialize(repeating: 0, count: width + 1)
        distances = .allocate(capacity: neighbors)
        places = .allocate(capacity: neighbors)
        places.initialize(repeating: 0, count: neighbors)
        sums = .allocate(capacity: NeighborTree.leafRows)
    }

    deinit {
        point.deallocate()
        distances.deallocate()
        places.deallocate()
        sums.deallocate()
    }

    /// Nothing found yet, near the point at `values`.
    func start(_ values: UnsafePointer<Double>) {
        point.update(from: values, count: width)
        distances.initialize(repeating: .infinity, count: neighbors)
    }

    /// The squared distance of the farthest neighbor so far; infinite before there are enough.
    var farthest: Double {
        @inline(__always) get { distances[neighbors &- 1] }
    }

    /// Copies what was found: distances ascending, and the places of the rows in the tree.
    func copy(to foundDistances: UnsafeMutablePointer<Double>, _ foundPlaces: UnsafeMutablePointer<Int32>) {
        for slot in 0..<neighbors {
            foundDistances[slot] = distances[slot].squareRoot()
            foundPlaces[slot] = Int32(places[slot])
        }
    }

    /// The squared distance of the point to a box: the lowest values of its columns, then the highest, an even number.
    @inline(__always)
    func distance(toBox box: UnsafePointer<Double>) -> Double {
        let padded = width &+ width & 1
        let zero = SIMD2<Double>(0, 0)
        var sum = zero
        var column = 0
        while column < padded {
            let value = SIMD2(point[column], point[column &+ 1])
            let below = SIMD2(box[column], box[column &+ 1]) - value
            let above = value - SIMD2(box[padded &+ column], box[padded &+ column &+ 1])
            // At most one of them is above 0.
            let side = below.replacing(with: zero, where: below .< zero)
            let other = above.replacing(with: zero, where: above .< zero)
            sum += side * side + other * other
            column &+= 2
        }
        return sum.x + sum.y
    }

    /// Looks at the rows of a leaf, whose values lie column by column.
    func take(_ leaf: UnsafePointer<Double>, count: Int, firstPlace: Int, excluding excluded: Int) {
        var block = leaf
        for row in 0..<count { sums[row] = 0 }
        for column in 0..<width {
            let value = point[column]
            for row in 0..<count {
                let side = block[row] - value
                sums[row] += side * side
            }
            block += count
        }
        for row in 0..<count where sums[row] < farthest && firstPlace &+ row != excluded {
            insert(sums[row], firstPlace &+ row)
        }
    }

    @inline(__always)
    private func insert(_ distance: Double, _ place: Int) {
        var slot = neighbors &- 1
        while slot > 0, distances[slot &- 1] > distance {
            distances[slot] = distances[slot &- 1]
            places[slot] = places[slot &- 1]
            slot &-= 1
        }
        distances[slot] = distance
        places[slot] = place
    }
}
