/// The largest values, a bar each, with a name and a number.
public struct RankedBarsChart: Sendable {
    private let title: String
    private let bars: [(name: String, value: Double)]

    /// A chart of at most 30 bars, in the order given.
    public init(title: String, bars: [(name: String, value: Double)]) {
        self.title = title
        self.bars = Array(bars.prefix(30))
    }

    /// The chart as an SVG document.
    public func svg() -> String {
        let (left, right, top) = (300.0, 740.0, 56.0)
        let bottom = top + Double(max(1, bars.count)) * 24
        var svg = SVG(width: 860, height: Int(bottom) + 44, title: title)
        let axis = ByteAxis(bars.map(\.value))
        for tick in axis.ticks {
            let x = left + axis.place(tick) * (right - left)
            svg.line(x, top, x, bottom, style: "grid")
            svg.label(ByteAxis.label(tick), x: x, y: bottom + 18, style: "faint", anchor: "middle")
        }
        for (index, bar) in bars.enumerated() {
            let y = top + Double(index) * 24
            svg.rectangle(x: left, y: y + 4, width: axis.place(bar.value) * (right - left), height: 16, style: "data")
            svg.label(Self.shortened(bar.name), x: left - 8, y: y + 16, style: "ink", anchor: "end")
            svg.label(
                ByteAxis.label(bar.value), x: left + axis.place(bar.value) * (right - left) + 6, y: y + 16,
                style: "faint")
        }
        svg.line(left, top, left, bottom, style: "axis")
        svg.label(
            axis.isLogarithmic ? "bytes, log scale" : "bytes", x: right, y: bottom + 36, style: "faint", anchor: "end")
        return svg.finished()
    }

    private static func shortened(_ name: String) -> String {
        name.count <= 44 ? name : String(name.prefix(43)) + "…"
    }
}
