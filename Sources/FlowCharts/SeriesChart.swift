/// The bytes of each flow, in order: a needle a flow.
///
/// Where there are more flows than pixels a needle is the largest of its flows, so outliers are never lost.
public struct SeriesChart: Sendable {
    private let title: String
    private let values: [Double]
    private let limit: Double?

    /// A chart of `values`, bytes of each flow. Parameter limit: drawn as a line where it is finite.
    public init(title: String, values: [Double], limit: Double? = nil) {
        self.title = title
        self.values = values
        self.limit = limit
    }

    /// The chart as an SVG document. The same numbers give the same bytes.
    public func svg() -> String {
        let (width, height) = (860, 380)
        let (left, right, top, bottom) = (78.0, 836.0, 44.0, 330.0)
        var svg = SVG(width: width, height: height, title: title)
        let axis = ByteAxis(values)
        svg.axis(axis, left: left, right: right, top: top, bottom: bottom)
        let columns = Int(right - left)
        let count = values.count
        var needles = ""
        if count > columns {
            for column in 0..<columns {
                let largest = values[(column * count / columns)..<((column + 1) * count / columns)].max() ?? 0
                needles += needle(largest, x: left + Double(column), axis, top: top, bottom: bottom)
            }
        } else {
            let step = (right - left) / Double(max(1, count))
            for (index, value) in values.enumerated() {
                needles += needle(value, x: left + (Double(index) + 0.5) * step, axis, top: top, bottom: bottom)
            }
        }
        let needleWidth = max(0.8, min(4, (right - left) / Double(max(1, count)) * 0.7))
        svg.path(needles, style: "data", width: needleWidth)
        if let limit, limit.isFinite {
            let y = bottom - axis.place(limit) * (bottom - top)
            svg.line(left, y, right, y, style: "limit")
            svg.label(
                "robust limit \(ByteAxis.label(limit.rounded()))", x: right, y: y - 4, style: "warn", anchor: "end")
        }
        svg.label(
            "flows in order of time (\(count))", x: (left + right) / 2, y: bottom + 34, style: "faint", anchor: "middle"
        )
        return svg.finished()
    }

    private func needle(_ value: Double, x: Double, _ axis: ByteAxis, top: Double, bottom: Double) -> String {
        guard value > 0 else { return "" }
        let y = min(bottom - 1, bottom - axis.place(value) * (bottom - top))
        return "M\(SVG.number(x)) \(SVG.number(bottom))V\(SVG.number(y))"
    }
}

extension SVG {
    /// Draws a vertical axis of bytes with its grid.
    mutating func axis(_ axis: ByteAxis, left: Double, right: Double, top: Double, bottom: Double) {
        for tick in axis.ticks {
            let y = bottom - axis.place(tick) * (bottom - top)
            line(left, y, right, y, style: "grid")
            label(ByteAxis.label(tick), x: left - 8, y: y + 4, style: "faint", anchor: "end")
        }
        line(left, bottom, right, bottom, style: "axis")
        line(left, top, left, bottom, style: "axis")
        label(axis.isLogarithmic ? "bytes, log scale" : "bytes", x: left, y: top - 6, style: "faint")
    }
}
