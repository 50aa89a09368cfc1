public import FlowMath
public import FlowModel

/// The table by window of the flows' starts: the second seed's 57 features, bytes and entropies. docs/features.md
/// defines it. Windows without flows have no row.
///
/// Of the flows of open windows eight bytes each are kept. A window is closed four to eight million flows after its last
/// one: what flows are dated does not matter, so one dated 2199 closes nothing.
public struct WindowFeatureBuilder: FeatureBuilder {
    /// The columns of the table.
    public static let columns = WindowFeatures.columns
    /// Most windows: a table of them takes 500 MB.
    static let windowLimit = 1_000_000
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
        /// Where its values begin, once closed.
        var place: Int?
    }

    private var endpoints: Endpoints
    private var windows: WindowNumbers
    /// By the window's number.
    private var rows: [Row] = []
    private var flowCount = 0
    /// The windows in the order of time, once finished.
    private var order: [Int] = []
    private var features = WindowFeatures()
    private var values: [Double] = []
    public private(set) var left = FeatureOverflow()

    /// No flows yet. Parameter window: its length in nanoseconds, at least a millisecond.
    public init(window: Int64, limits: FeatureLimits = FeatureLimits(), patience: Int = 4_000_000) {
        endpoints = Endpoints(limits)
        windows = WindowNumbers(length: window, limit: min(limits.rows, Self.windowLimit))
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
            guard rows[number].place == nil else {
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
        for number in rows.indices where rows[number].place == nil && flowCount - rows[number].lastFlow >= patience {
            close(number)
        }
    }

    private mutating func close(_ number: Int) {
        var tuples = rows[number].tuples
        rows[number].tuples = []
        rows[number].place = values.count
        values.append(Double(rows[number].entries))
        rows[number].states.append(to: &values)
        values += [Double(rows[number].bytesSent), Double(rows[number].bytesReceived)]
        features.append(&tuples, pairs: endpoints.pairs, to: &values)
    }

    public mutating func finish() {
        for number in rows.indices where rows[number].place == nil { close(number) }
        order = rows.indices.sorted { windows.starts[$0] < windows.starts[$1] }
    }

    public var rowCount: Int { order.count }

    public func rows(_ range: Range<Int>) -> FeatureRows {
        var stretch: [Double] = []
        stretch.reserveCapacity(range.count * Self.columns.count)
        for number in order[range] {
            let place = rows[number].place ?? 0
            stretch += values[place..<place + Self.columns.count]
        }
        return FeatureRows(
            keys: [KeyColumn("window", .times(order[range].map { windows.starts[$0] }))],
            table: FeatureTable(columns: Self.columns, values: stretch))
    }
}
