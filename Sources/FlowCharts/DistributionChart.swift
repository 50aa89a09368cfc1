public import FlowMath

/// How many flows there are of each size, from a histogram of logarithmic bins.
public struct DistributionChart: Sendable {
    private let title: String
    private let unit: String
    private let bins: [(low: Double, count: Int)]
    private let label: @Sendable (Double) -> String

    /// A chart of a histogram. Parameter label: how a value reads below the axis.
    public init(
        title: String, unit: String, histogram: LogHistogram, label: @escaping @Sendable (Double) -> String
    ) {
        self.title = title
        self.unit = unit
        bins = histogram.bins
        self.label = label
    }

    /// The chart as an SVG document.
    public func svg() -> String {
        let (left, right, top, bottom) = (64.0, 836.0, 44.0, 200.0)
        var svg = SVG(width: 860, height: 250, title: title)
        // Two bins a bar: an octave has eight, the eye needs four.
        let bars = stride(from: 0, to: bins.count, by: 2).map { place in
            (low: bins[place].low, count: bins[place].count + (place + 1 < bins.count ? bins[place + 1].count : 0))
        }
        let scale = CountAxis(reaching: bars.map(\.count).max() ?? 1, steps: 3)
        scale.draw(&svg, left: left, right: right, top: top, bottom: bottom)
        let width = (right - left) / Double(max(1, bars.count))
        for (index, bar) in bars.enumerated() {
            let height = scale.place(bar.count) * (bottom - top)
            let x = left + Double(index) * width
            svg.rectangle(x: x + 0.5, y: bottom - height, width: max(0.5, width - 1), height: height, style: "data")
            if index % max(1, bars.count / 8) == 0 {
                svg.line(x, bottom, x, bottom + 5, style: "axis")
                svg.label(label(bar.low), x: x, y: bottom + 18, style: "faint", anchor: "middle")
            }
        }
        svg.line(left, bottom, right, bottom, style: "axis")
        svg.label("flows", x: left, y: top - 6, style: "faint")
        svg.label(unit + ", log scale", x: (left + right) / 2, y: bottom + 40, style: "faint", anchor: "middle")
        return svg.finished()
    }
}
