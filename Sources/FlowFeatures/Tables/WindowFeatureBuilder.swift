public import FlowMath
public import FlowModel

/// The table by window of the flows' starts: the second seed's 57 features, bytes and entropies. docs/features.md
/// defines it. Windows without flows have no row, or one of zeros.
///
/// Of the flows of open windows eight bytes each are kept. A window is closed four to eight million flows after its last
/// one: what flows are dated does not matter, so one dated 2199 closes nothing.
public struct WindowFeatureBuilder: FeatureBuilder {
    /// The columns of the table.
    public static let columns = WindowFeatures.columns
    /// Most windows: a table of them takes 500 MB.
    static let windowLimit = 1_000_000
    private let limit: Int
    private let fill: FeatureFill
    /// After so many flows of other windows a window may be closed, after twice as many it is.
    private let patience: Int

    private struct Row {
        var tuples: [UInt64] = []
        var states = StateCounts()
        var entries = 0
        var bytesSent: UInt64 = 0
        var bytesReceived: UInt64 = 0
        /// How many flows there were when its last one came.
        var lastFlow = 0
        /// Its values, once closed: an array each, since one for all is held twice whenever it grows.
        var values: [Double] = []
        var isClosed: Bool { !values.isEmpty }
    }

    private var endpoints: Endpoints
    private var windows: WindowNumbers
    /// By the window's number.
    private var rows: [Row] = []
    private var flowCount = 0
    /// The starts of the rows in the order of time, and the windows' numbers, once finished; nil of zeros.
    private var order: [(start: Timestamp, number: Int?)] = []
    private var features = WindowFeatures()
    public private(set) var left = FeatureOverflow()

    /// No flows yet. Parameter window: its length in nanoseconds, at least a millisecond.
    public init(
        window: Int64, fill: FeatureFill = .none, limits: FeatureLimits = FeatureLimits(), patience: Int = 4_000_000
    ) {
        endpoints = Endpoints(limits)
        limit = min(limits.rows, Self.windowLimit)
        windows = WindowNumbers(length: window, limit: limit)
        self.fill = fill
        self.patience = max(1, patience)
    }

    public mutating func add(_ flows: inout [Flow]) {
        endpoints.identifyPairs(&flows)
        for flow in flows {
            flowCount += 1
            if flowCount % patience == 0 { closeOld() }
            guard flow.pair != .unlisted, let number = windows.number(of: flow.start) else {
                left.flows += 1
                continue
            }
            if number == rows.count { rows.append(Row()) }
            guard !rows[number].isClosed else {
                left.late += 1
                continue
            }
            rows[number].tuples.append(flow.tuple)
            rows[number].states.count(flow.state)
            rows[number].entries += 1
            rows[number].bytesSent = rows[number].bytesSent.addingClamped(flow.bytesSent)
            rows[number].bytesReceived = rows[number].bytesReceived.addingClamped(flow.bytesReceived)
            rows[number].lastFlow = flowCount
        }
    }

    private mutating func closeOld() {
        for number in rows.indices where !rows[number].isClosed && flowCount - rows[number].lastFlow >= patience {
            close(number)
        }
    }

    private mutating func close(_ number: Int) {
        var tuples = rows[number].tuples
        rows[number].tuples = []
        var values: [Double] = []
        values.reserveCapacity(Self.columns.count)
        values.append(Double(rows[number].entries))
        rows[number].states.append(to: &values)
        values += [Double(rows[number].bytesSent), Double(rows[number].bytesReceived)]
        features.append(&tuples, pairs: endpoints.pairs, to: &values)
        rows[number].values = values
    }

    public mutating func finish() {
        for number in rows.indices where !rows[number].isClosed { close(number) }
        order = rows.indices.map { (windows.starts[$0], $0) }.sorted { $0.start < $1.start }
        if fill == .zero { fillGaps() }
    }

    /// A network is not silent for longer: before it or behind it stands a stray record. A year, nanoseconds.
    private static let longestGap: Int64 = 366 * 86_400_000_000_000

    /// Puts rows of zeros between the others. A gap of more than a year, or for which there is no room, stays one, so that a
    /// flow dated 1970 takes no room from the rest.
    private mutating func fillGaps() {
        var filled: [(start: Timestamp, number: Int?)] = []
        var room = limit - order.count
        for row in order {
            if let last = filled.last?.start {
                let empty = Int(windows.span(last, row.start)) - 2
                let (gap, overflow) = row.start.nanoseconds.subtractingReportingOverflow(last.nanoseconds)
                let staysOpen = empty > room || overflow || gap > Self.longestGap
                if staysOpen { left.unfilled = left.unfilled.addingClamped(empty) }
                for step in 0..<(staysOpen ? 0 : max(0, empty)) {
                    filled.append((windows.start(step + 1, after: last), nil))
                    room -= 1
                }
            }
            filled.append(row)
        }
        order = filled
    }

    public var rowCount: Int { order.count }

    public func rows(_ range: Range<Int>) -> FeatureRows {
        let zeros = [Double](repeating: 0, count: Self.columns.count)
        var stretch: [Double] = []
        stretch.reserveCapacity(range.count * Self.columns.count)
        for row in order[range] {
            stretch += row.number.map { rows[$0].values } ?? zeros
        }
        return FeatureRows(
            keys: [KeyColumn("window", .times(order[range].map(\.start)))],
            table: FeatureTable(columns: Self.columns, values: stretch))
    }
}
