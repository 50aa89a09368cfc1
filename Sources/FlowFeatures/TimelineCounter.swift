public import FlowModel

/// Flows and bytes in time, in bins that widen as more time is covered.
///
/// At most 4,096 bins are held, whatever times the input claims: a row dated 2199 costs one bin.
public struct TimelineCounter: Sendable {
    /// What started in a bin.
    public struct Bin: Sendable, Equatable {
        /// When the bin begins.
        public var start: Timestamp
        /// Flows that start in it.
        public var flows = 0
        /// Their bytes, both ways.
        public var bytes: UInt64 = 0
    }

    private static let limit = 4096
    /// Widths in seconds that a person counts in; then powers of two of the last.
    private static let widths: [Int64] = [
        1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000,
    ]

    /// Length of a bin, nanoseconds.
    public private(set) var width: Int64 = 1_000_000_000
    private var bins: [Int64: Bin] = [:]
    /// The bin the last flow fell into: flows come in stretches.
    private var current = Bin(start: Timestamp(nanoseconds: 0))
    private var currentIndex = Int64.min

    /// No flows.
    public init() {}

    /// Counts a flow.
    public mutating func add(_ start: Timestamp, bytes: UInt64) {
        let offset = start.nanoseconds.subtractingReportingOverflow(current.start.nanoseconds)
        if currentIndex == .min || offset.overflow || offset.partialValue < 0 || offset.partialValue >= width {
            change(to: start)
        }
        current.flows &+= 1
        current.bytes = current.bytes.addingClamped(bytes)
    }

    @inline(never)
    private mutating func change(to start: Timestamp) {
        put()
        let index = Self.index(start.nanoseconds, width)
        if bins[index] == nil, bins.count >= Self.limit { widen() }
        currentIndex = Self.index(start.nanoseconds, width)
        let (begin, overflow) = currentIndex.multipliedReportingOverflow(by: width)
        current = bins[currentIndex] ?? Bin(start: Timestamp(nanoseconds: overflow ? .min : begin))
    }

    /// Puts the current bin back among the others.
    private mutating func put() {
        if currentIndex != .min { bins[currentIndex] = current }
    }

    private mutating func widen() {
        while bins.count >= Self.limit / 2 {
            let next = Self.next(width)
            guard next > width else { return }
            var wider: [Int64: Bin] = [:]
            for bin in bins.values {
                let index = Self.index(bin.start.nanoseconds, next)
                let (begin, overflow) = index.multipliedReportingOverflow(by: next)
                wider[index, default: Bin(start: Timestamp(nanoseconds: overflow ? .min : begin))].add(bin)
            }
            bins = wider
            width = next
        }
    }

    private static func next(_ width: Int64) -> Int64 {
        if let wider = widths.first(where: { $0 * 1_000_000_000 > width }) { return wider * 1_000_000_000 }
        return width.multipliedReportingOverflow(by: 2).overflow ? width : width * 2
    }

    private static func index(_ time: Int64, _ width: Int64) -> Int64 {
        time >= 0 ? time / width : -((-(time + 1)) / width) - 1
    }

    /// The bins in order, merged until at most `count` of them span the time that nearly all flows lie in, with empty
    /// ones between.
    ///
    /// Flows farther than ten times the span from the middle 98 % are left out and counted. Returns: the bins, their width in nanoseconds, and the flows outside.
    public func series(atMost count: Int) -> (bins: [Bin], width: Int64, outside: Int) {
        var copy = self
        copy.put()
        var sorted = copy.bins.values.sorted { $0.start < $1.start }
        let total = sorted.reduce(0) { $0 + $1.flows }
        sorted = Self.core(sorted, total: total)
        let inside = sorted.reduce(0) { $0 + $1.flows }
        guard let first = sorted.first, let last = sorted.last else { return ([], width, 0) }
        var step = width
        while Self.index(last.start.nanoseconds, step) - Self.index(first.start.nanoseconds, step)
            >= Int64(max(1, count))
        {
            let next = Self.next(step)
            if next == step { break }
            step = next
        }
        let begin = Self.index(first.start.nanoseconds, step)
        let end = Self.index(last.start.nanoseconds, step)
        guard end - begin < Int64(max(1, count)) else { return (sorted, step, total - inside) }
        var merged = (begin...end).map { index in
            let (start, overflow) = index.multipliedReportingOverflow(by: step)
            return Bin(start: Timestamp(nanoseconds: overflow ? .min : start))
        }
        for bin in sorted { merged[Int(Self.index(bin.start.nanoseconds, step) - begin)].add(bin) }
        return (merged, step, total - inside)
    }

    /// The bins between the 1 % and 99 % quantiles, and those no farther from them than ten times their span.
    private static func core(_ sorted: [Bin], total: Int) -> [Bin] {
        var before = 0
        var low: Double?
        var high = 0.0
        for bin in sorted {
            if low == nil, (before + bin.flows) * 100 > total { low = Double(bin.start.nanoseconds) }
            if before * 100 < total * 99 { high = Double(bin.start.nanoseconds) }
            before += bin.flows
        }
        guard let low else { return sorted }
        let reach = 10 * (high - low + 60e9)
        return sorted.filter { bin in
            let start = Double(bin.start.nanoseconds)
            return start >= low - reach && start <= high + reach
        }
    }
}

extension TimelineCounter.Bin {
    fileprivate mutating func add(_ other: Self) {
        flows += other.flows
        bytes = bytes.addingClamped(other.bytes)
    }
}
