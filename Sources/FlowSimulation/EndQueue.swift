import FlowModel

/// Flows that have begun, the first to end at the front: a binary heap.
struct EndQueue {
    private var heap: [(end: Timestamp, number: Int, flow: Flow)] = []
    private var count = 0

    mutating func insert(_ flow: Flow) {
        count += 1
        heap.append((flow.end, count, flow))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first flow that ends before `moment`; any with nil.
    mutating func popFirst(before moment: Timestamp?) -> Flow? {
        guard let first = heap.first, moment.map({ first.end < $0 }) ?? true else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, smallest) {
                smallest = child
            }
            if smallest == parent { return first.flow }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].end, heap[left].number) < (heap[right].end, heap[right].number)
    }
}
