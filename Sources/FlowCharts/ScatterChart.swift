/// Points in two dimensions, coloured by what they belong to; some of them marked.
public struct ScatterChart: Sendable {
    /// Most points drawn: more make a file that no viewer opens gladly.
    public static let pointLimit = 4_000

    /// A point.
    public struct Point: Sendable {
        var x: Double
        var y: Double
        var group: Int
        var isMarked: Bool
        /// A point of a group (below 0: of none); marked ones are drawn larger, and always.
        public init(x: Double, y: Double, group: Int, isMarked: Bool) {
            self.x = x
            self.y = y
            self.group = group
            self.isMarked = isMarked
        }
    }

    /// Colours of eight groups on light and on dark (after Okabe and Ito 2008, told apart without red or green).
    private static let colours = [
        ("#0072b2", "#6cb2ff"), ("#d55e00", "#ff9d5c"), ("#009e73", "#4fd6a8"), ("#cc79a7", "#f0a3cb"),
        ("#9a7b00", "#f0e442"), ("#56b4e9", "#9fd8ff"), ("#6b4e9b", "#b79cf0"), ("#7a5230", "#c9986b"),
    ]

    private let title: String
    private let axes: (x: String, y: String)
    private let points: [Point]
    private let groups: [String]

    /// A chart of points. Parameter axes: what lies along each. Parameter groups: their names, by number.
    public init(title: String, axes: (x: String, y: String), points: [Point], groups: [String]) {
        self.title = title
        self.axes = axes
        // Evenly, so that what is common stays common.
        let step = points.count / Self.pointLimit + 1
        self.points = points.enumerated().filter { $0.offset % step == 0 || $0.element.isMarked }.map(\.element)
        self.groups = groups
    }

    /// The chart as an SVG document. The same numbers give the same bytes.
    public func svg() -> String {
        let (left, right, top, bottom) = (64.0, 690.0, 44.0, 480.0)
        var svg = SVG(width: 860, height: 540, title: title)
        svg.style(
            Self.colours.enumerated().map { ".g\($0.offset) { fill: \($0.element.0) }" } + [".gn { fill: #9aa5b1 }"],
            dark: Self.colours.enumerated().map { ".g\($0.offset) { fill: \($0.element.1) }" } + [
                ".gn { fill: #616e7c }"
            ])
        let across = LinearAxis(points.map(\.x))
        let up = LinearAxis(points.map(\.y))
        for tick in across.ticks {
            let x = left + across.place(tick) * (right - left)
            svg.line(x, top, x, bottom, style: "grid")
            svg.label(across.label(tick), x: x, y: bottom + 18, style: "faint", anchor: "middle")
        }
        for tick in up.ticks {
            let y = bottom - up.place(tick) * (bottom - top)
            svg.line(left, y, right, y, style: "grid")
            svg.label(up.label(tick), x: left - 8, y: y + 4, style: "faint", anchor: "end")
        }
        for point in points.filter({ !$0.isMarked }) + points.filter(\.isMarked) {
            svg.circle(
                x: left + across.place(point.x) * (right - left), y: bottom - up.place(point.y) * (bottom - top),
                radius: point.isMarked ? 4 : 2, style: Self.style(point.group) + (point.isMarked ? " limit" : ""))
        }
        svg.label(axes.x, x: (left + right) / 2, y: bottom + 40, style: "faint", anchor: "middle")
        svg.label(axes.y, x: left, y: top - 6, style: "faint")
        for (number, name) in groups.prefix(20).enumerated() {
            let y = top + 10 + Double(number) * 20
            svg.circle(x: right + 20, y: y - 4, radius: 4, style: Self.style(number))
            svg.label(name, x: right + 32, y: y, style: "ink")
        }
        return svg.finished()
    }

    private static func style(_ group: Int) -> String { group < 0 ? "gn" : "g\(group % colours.count)" }
}
