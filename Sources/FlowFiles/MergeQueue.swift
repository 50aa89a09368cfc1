import FlowModel

/// Lanes by the turn of their next flow: a binary heap, so that 128 inputs cost seven comparisons a flow at most.
struct MergeQueue {
    private(set) var lanes: [MergeLane] = []

    /// The lane whose turn it is.
    var first: MergeLane? { lanes.first }

    /// The turn of the lane behind the first.
    var secondKey: MergeKey {
        let left = lanes.count > 1 ? lanes[1].key : .last
        return lanes.count > 2 ? min(left, lanes[2].key) : left
    }

    mutating func insert(_ lane: MergeLane) {
        lanes.append(lane)
        var place = lanes.count - 1
        while place > 0, lanes[place].key < lanes[(place - 1) / 2].key {
            lanes.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeFirst() {
        lanes.swapAt(0, lanes.count - 1)
        lanes.removeLast()
        sinkFirst()
    }

    mutating func removeAll() { lanes.removeAll() }

    /// Puts the first lane where it belongs once its key has grown.
    mutating func sinkFirst() {
        var place = 0
        while true {
            var lowest = place
            for child in place * 2 + 1...place * 2 + 2 where child < lanes.count {
                if lanes[child].key < lanes[lowest].key { lowest = child }
            }
            if lowest == place { return }
            lanes.swapAt(place, lowest)
            place = lowest
        }
    }
}
