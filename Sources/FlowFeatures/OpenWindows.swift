public import FlowModel

/// The windows that flows may still fall into, a ring of them, and what happens in each.
public struct OpenWindows: Sendable {
    /// Most windows open at a time; beyond it flows far from the others miss the features of their window.
    public static let limit = 8192

    private let length: Int64
    /// Ascending by start.
    private var open: [PairWindow] = []
    private var spare: [PairWindow] = []
    /// The window the last flow fell into: flows come in stretches of one window.
    private var current = 0
    /// Flows that came after their window had closed.
    public private(set) var lateCount = 0
    /// Flows left out of a window's features because a limit was hit.
    public private(set) var overflowCount = 0

    /// No windows. Parameter length: of each, nanoseconds, 1 or more.
    public init(length: Int64) { self.length = max(1, length) }

    /// Adds flows to their windows. Parameter closedUpTo: windows that end here or before are closed.
    public mutating func add(_ flows: Span<Flow>, closedUpTo: Timestamp) {
        for index in flows.indices { add(flows[index], closedUpTo: closedUpTo) }
    }

    private mutating func add(_ flow: Flow, closedUpTo: Timestamp) {
        let start = flow.start
        if current < open.count, start >= open[current].window.start, start < open[current].window.end {
            open[current].add(flow)
            return
        }
        guard let place = find(start, closedUpTo: closedUpTo) else { return }
        current = place
        open[place].add(flow)
    }

    @inline(never)
    private mutating func find(_ time: Timestamp, closedUpTo: Timestamp) -> Int? {
        let begin = Timestamp(nanoseconds: EventClock.floor(time.nanoseconds, to: length))
        let window = Window(start: begin, end: begin.advanced(by: length))
        if window.end <= closedUpTo {
            lateCount += 1
            return nil
        }
        var low = 0
        var high = open.count
        while low < high {
            let middle = (low + high) / 2
            if open[middle].window.start < begin { low = middle + 1 } else { high = middle }
        }
        if low < open.count, open[low].window.start == begin { return low }
        guard open.count < Self.limit else {
            overflowCount += 1
            return nil
        }
        var fresh = spare.popLast() ?? PairWindow(window: window)
        fresh.reset(to: window)
        open.insert(fresh, at: low)
        return low
    }

    /// Takes the oldest window out if it ends at or before `moment`; hand it back with `recycle`.
    public mutating func popFirst(endingBy moment: Timestamp) -> PairWindow? {
        guard let first = open.first, first.window.end <= moment else { return nil }
        current = 0
        return open.removeFirst()
    }

    /// Gives the memory of a closed window back.
    public mutating func recycle(_ window: consuming PairWindow) {
        overflowCount += window.overflowCount
        if spare.count < 4 { spare.append(window) }
    }

    /// The hosts that open windows speak of: their ids must not be reused yet.
    public var hosts: HostSet {
        var hosts = HostSet()
        for window in open {
            for pair in window.pairs {
                hosts.insert(pair.source)
                hosts.insert(pair.destination)
            }
        }
        return hosts
    }
}
