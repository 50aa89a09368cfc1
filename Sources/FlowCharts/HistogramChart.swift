import FlowMath

/// How many flows there are of each size: bins of a third of a decade, or twenty equal ones.
public struct HistogramChart: Sendable {
    private let title: String
    private let values: [Double]

    /// A histogram of `values`, bytes of each flow; those of 0 are counted beside it.
    public init(title: String, values: [Double]) {
        self.title = title
        self.values = values
    }

    /// The chart as an SVG document.
    public func svg() -> String {
        let (left, right, top, bottom) = (64.0, 836.0, 44.0, 320.0)
        var svg = SVG(width: 860, height: 380, title: title)
        let axis = ByteAxis(values)
        let bins = axis.isLogarithmic ? (axis.ticks.count - 1) * 3 : 20
        var counts = Array(repeating: 0, count: max(1, bins))
        var zeros = 0
        for value in values {
            guard value > 0 else {
                zeros += 1
                continue
            }
            counts[min(counts.count - 1, Int(axis.place(value) * Double(counts.count)))] += 1
        }
        let scale = CountAxis(reaching: counts.max() ?? 1)
        scale.draw(&svg, left: left, right: right, top: top, bottom: bottom)
        let width = (right - left) / Double(counts.count)
        for (index, count) in counts.enumerated() where count > 0 {
            let height = scale.place(count) * (bottom - top)
            svg.rectangle(
                x: left + Double(index) * width + 1, y: bottom - height, width: width - 2, height: height, style: "data"
            )
        }
        for tick in axis.ticks {
            let x = left + axis.place(tick) * (right - left)
            svg.line(x, bottom, x, bottom + 5, style: "axis")
            svg.label(ByteAxis.label(tick), x: x, y: bottom + 18, style: "faint", anchor: "middle")
        }
        svg.line(left, bottom, right, bottom, style: "axis")
        svg.label("flows", x: left, y: top - 6, style: "faint")
        let unit = axis.isLogarithmic ? "bytes of a flow, log scale" : "bytes of a flow"
        svg.label(
            zeros > 0 ? "\(unit); \(zeros) flows of 0 bytes not shown" : unit, x: (left + right) / 2, y: bottom + 40,
            style: "faint", anchor: "middle")
        return svg.finished()
    }
}
