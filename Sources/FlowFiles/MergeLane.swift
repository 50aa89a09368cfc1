import FlowModel

/// When a flow's turn comes in the merge: inputs with the same time come in their own order.
struct MergeKey: Comparable {
    /// The latest key there is.
    static let last = MergeKey(time: Timestamp(nanoseconds: .max), origin: OriginID(rawValue: .max))

    var time: Timestamp
    var origin: OriginID

    static func < (left: MergeKey, right: MergeKey) -> Bool {
        left.time == right.time ? left.origin.rawValue < right.origin.rawValue : left.time < right.time
    }
}

/// One input of the merge, with the flows of it that come next.
final class MergeLane {
    /// The file that more flows come from; nil for an input that was read and sorted as a whole.
    let file: OpenFile?
    let origin: OriginID
    /// Flows that were read, some of them already taken.
    var batch = FlowBatch()
    /// The ids of the batch's names.
    var names = AdoptedNames()
    /// The turn of the next flow: the latest time in the input so far, so that a row out of order does not run ahead.
    private(set) var key: MergeKey
    private let isByEnd: Bool
    private var next = 0

    init(_ file: OpenFile?, origin: OriginID, order: FlowOrder) {
        self.file = file
        self.origin = origin
        key = MergeKey(time: Timestamp(nanoseconds: .min), origin: origin)
        if case .byEnd = order { isByEnd = true } else { isByEnd = false }
    }

    /// Whether all flows at hand were taken.
    var isUsedUp: Bool { next >= batch.flows.count }

    /// Whether the batch can be handed on as it came from the file.
    var isWhole: Bool { next == 0 && file != nil }

    /// Begins with the flows of a new batch. Returns: whether there are any.
    func begin() -> Bool {
        next = 0
        names.removeAll()
        guard let first = batch.flows.first else { return false }
        key.time = max(key.time, time(first))
        return true
    }

    /// Takes flows up to the first whose turn comes after `bound`, at least one, at most `room`. Returns: where they
    /// stand in the batch, and the latest time among them.
    func take(before bound: MergeKey, room: Int) -> (range: Range<Int>, latest: Timestamp) {
        let start = next
        let flows = batch.flows
        let limit = room < flows.count - start ? start + room : flows.count
        var latest = key.time
        var end = start + 1
        while end < limit {
            let time = max(latest, time(flows[end]))
            if time > bound.time || time == bound.time && origin.rawValue > bound.origin.rawValue { break }
            latest = time
            end += 1
        }
        next = end
        if end < flows.count { key.time = max(latest, time(flows[end])) } else { key.time = latest }
        return (start..<end, latest)
    }

    private func time(_ flow: Flow) -> Timestamp { isByEnd ? flow.end : flow.start }
}
