public import FlowModel

/// Counts in time as bars, with lanes below that show when something lasted.
public struct TimelineChart: Sendable {
    /// A row below the bars: a name and the stretches of time it covers.
    public struct Lane: Sendable {
        var name: String
        var spans: [Window]
        var isAlarming: Bool
        /// A lane. Parameter isAlarming: drawn in the colour of limits.
        public init(name: String, spans: [Window], isAlarming: Bool) {
            self.name = name
            self.spans = spans
            self.isAlarming = isAlarming
        }
    }

    private let title: String
    private let bins: [(start: Timestamp, count: Int)]
    private let binWidth: Int64
    private let lanes: [Lane]

    /// A chart of counts in bins of `binWidth` nanoseconds, in order, and at most 30 lanes.
    public init(title: String, bins: [(start: Timestamp, count: Int)], binWidth: Int64, lanes: [Lane] = []) {
        self.title = title
        self.bins = bins
        self.binWidth = binWidth
        self.lanes = Array(lanes.prefix(30))
    }

    /// The chart as an SVG document. The same numbers give the same bytes.
    public func svg() -> String {
        let (left, right, top) = (150.0, 836.0, 44.0)
        let bottom = bins.isEmpty ? top : top + 150
        let height = Int(bottom) + lanes.count * 22 + 40
        var svg = SVG(width: 860, height: height, title: title)
        guard let range = range else { return svg.finished() }
        func place(_ time: Timestamp) -> Double {
            let share = (Double(time.nanoseconds) - range.low) / max(1, range.high - range.low)
            return left + min(1, max(0, share)) * (right - left)
        }
        if !bins.isEmpty { drawBars(&svg, left: left, right: right, top: top, bottom: bottom, place) }
        for (index, lane) in lanes.enumerated() {
            let y = bottom + 8 + Double(index) * 22
            svg.line(left, y + 16, right, y + 16, style: "grid")
            svg.label(
                lane.name.count <= 22 ? lane.name : String(lane.name.prefix(21)) + "…", x: left - 8, y: y + 12,
                style: "ink", anchor: "end")
            for span in lane.spans {
                let begin = place(span.start)
                svg.rectangle(
                    x: begin, y: y + 3, width: max(3, place(span.end) - begin), height: 10,
                    style: lane.isAlarming ? "warn" : "data")
            }
        }
        let base = bottom + Double(lanes.count) * 22 + (lanes.isEmpty ? 0 : 4)
        svg.line(left, base, right, base, style: "axis")
        for share in [0.0, 0.25, 0.5, 0.75, 1] {
            let nanoseconds = range.low + (range.high - range.low) * share
            let moment = Timestamp(nanoseconds: Int64(min(9.2e18, max(-9.2e18, nanoseconds))))
            let x = left + share * (right - left)
            svg.line(x, base, x, base + 5, style: "axis")
            svg.label(
                Self.label(moment, span: range.high - range.low), x: x, y: base + 19, style: "faint",
                anchor: share == 1 ? "end" : "middle")
        }
        return svg.finished()
    }

    private func drawBars(
        _ svg: inout SVG, left: Double, right: Double, top: Double, bottom: Double, _ place: (Timestamp) -> Double
    ) {
        let scale = CountAxis(reaching: bins.map(\.count).max() ?? 1, steps: 3)
        scale.draw(&svg, left: left, right: right, top: top, bottom: bottom)
        for bin in bins where bin.count > 0 {
            let x = place(bin.start)
            let width = max(0.8, place(bin.start.advanced(by: binWidth)) - x - 0.6)
            let height = scale.place(bin.count) * (bottom - top)
            svg.rectangle(x: x, y: bottom - height, width: width, height: height, style: "data")
        }
        svg.line(left, bottom, right, bottom, style: "axis")
    }

    /// From the first to the last moment drawn, nanoseconds.
    private var range: (low: Double, high: Double)? {
        if let first = bins.first, let last = bins.last {
            return (Double(first.start.nanoseconds), Double(last.start.nanoseconds) + Double(binWidth))
        }
        let spans = lanes.flatMap(\.spans)
        guard let low = spans.map({ Double($0.start.nanoseconds) }).min(),
            let high = spans.map({ Double($0.end.nanoseconds) }).max()
        else { return nil }
        return (low, max(high, low + 1e9))
    }

    /// The part of a moment that changes over `span` nanoseconds.
    private static func label(_ moment: Timestamp, span: Double) -> String {
        let (_, month, day, hour, minute, second, _) = moment.civil
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if span > 40 * 86_400e9 { return String(moment.description.prefix(10)) }
        if span > 86_400e9 { return "\(two(month))-\(two(day)) \(two(hour)):\(two(minute))" }
        return span > 600e9 ? "\(two(hour)):\(two(minute))" : "\(two(hour)):\(two(minute)):\(two(second))"
    }
}
