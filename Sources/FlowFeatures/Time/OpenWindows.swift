public import FlowModel

/// The windows that flows may still fall into, a ring of them, and what happens in each.
public struct OpenWindows: Sendable {
    /// Most windows open at a time; beyond it flows far from the others miss the features of their window.
    public static let limit = 8192
    /// Most pairs in all open windows together: about 400 MB. Formats sorted by end keep an hour of windows open.
    public static let pairLimit = 1 << 21

    private let length: Int64
    private let pairLimit: Int
    /// Pairs in the open windows.
    private var pairCount = 0
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
    public init(length: Int64, pairLimit: Int = OpenWindows.pairLimit) {
        self.length = max(1, length)
        self.pairLimit = pairLimit
    }

    /// Adds flows to their windows. Parameter closedUpTo: windows that end here or before are closed.
    public mutating func add(_ flows: Span<Flow>, closedUpTo: Timestamp) {
        var from = 0
        while from < flows.count {
            let start = flows[from].start
            if current >= open.count || start < open[current].window.start || start >= open[current].window.end {
                guard let place = find(start, closedUpTo: closedUpTo) else {
                    from += 1
                    continue
                }
                current = place
            }
            let window = open[current].window
            var end = from + 1
            while end < flows.count, flows[end].start >= window.start, flows[end].start < window.end { end += 1 }
            let pairsBefore = open[current].pairs.count
            open[current].pairLimit = min(pairLimit / 2, pairLimit - pairCount + pairsBefore)
            open[current].add(flows.extracting(from..<end))
            pairCount += open[current].pairs.count - pairsBefore
            from = end
        }
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
        pairCount -= first.pairs.count
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
