/// A curve over 1, 2, 3, …: inertia by clusters, variance by components.
public struct CurveChart: Sendable {
    private let title: String
    private let axes: (x: String, y: String)
    private let values: [Double]
    private let marked: Int?

    /// A chart of values at 1, 2, 3, …. Parameter marked: the place, from 1, of a value that is marked.
    public init(title: String, axes: (x: String, y: String), values: [Double], marked: Int? = nil) {
        self.title = title
        self.axes = axes
        self.values = values
        self.marked = marked
    }

    /// The chart as an SVG document.
    public func svg() -> String {
        let (left, right, top, bottom) = (90.0, 836.0, 44.0, 320.0)
        var svg = SVG(width: 860, height: 380, title: title)
        let axis = LinearAxis(values + [0])
        for tick in axis.ticks {
            let y = bottom - axis.place(tick) * (bottom - top)
            svg.line(left, y, right, y, style: "grid")
            svg.label(axis.label(tick), x: left - 8, y: y + 4, style: "faint", anchor: "end")
        }
        let step = (right - left) / Double(max(1, values.count))
        var path = ""
        for (place, value) in values.enumerated() {
            let x = left + (Double(place) + 0.5) * step
            let y = bottom - axis.place(value) * (bottom - top)
            path += "\(place == 0 ? "M" : "L")\(SVG.number(x)) \(SVG.number(y))"
            svg.circle(x: x, y: y, radius: place + 1 == marked ? 6 : 3, style: place + 1 == marked ? "warn" : "data")
            if place % (values.count / 30 + 1) == 0 {
                svg.label("\(place + 1)", x: x, y: bottom + 18, style: "faint", anchor: "middle")
            }
        }
        if !path.isEmpty { svg.path(path, style: "data", width: 1.5) }
        svg.line(left, bottom, right, bottom, style: "axis")
        svg.label(axes.y, x: left, y: top - 6, style: "faint")
        svg.label(axes.x, x: (left + right) / 2, y: bottom + 40, style: "faint", anchor: "middle")
        return svg.finished()
    }
}
