/// How many rows there are of each value, in forty equal bins.
public struct BinsChart: Sendable {
    private static let bins = 40

    private let title: String
    private let unit: String
    private let values: [Double]
    private let weights: [Double]?
    private let label: @Sendable (Double) -> String

    /// A chart of values. Parameter weights: how often each counts. Parameter label: how a value reads below the axis.
    public init(
        title: String, unit: String, values: [Double], weights: [Double]? = nil,
        label: @escaping @Sendable (Double) -> String
    ) {
        self.title = title
        self.unit = unit
        self.values = values
        self.weights = weights
        self.label = label
    }

    /// The chart as an SVG document.
    public func svg() -> String {
        let (left, right, top, bottom) = (80.0, 836.0, 44.0, 250.0)
        var svg = SVG(width: 860, height: 300, title: title)
        let finite = values.filter(\.isFinite)
        let low = finite.min() ?? 0
        let span = max((finite.max() ?? 1) - low, .leastNormalMagnitude)
        var sums = [Double](repeating: 0, count: Self.bins)
        for (row, value) in values.enumerated() where value.isFinite {
            sums[min(Self.bins - 1, max(0, Int((value - low) / span * Double(Self.bins))))] += weights?[row] ?? 1
        }
        let counts = sums.map { Int(min($0, 1e15)) }
        let scale = CountAxis(reaching: counts.max() ?? 1, steps: 3)
        scale.draw(&svg, left: left, right: right, top: top, bottom: bottom)
        let width = (right - left) / Double(Self.bins)
        for (bin, count) in counts.enumerated() where count > 0 {
            // One row among a million is still to be seen.
            let height = max(1, scale.place(count) * (bottom - top))
            svg.rectangle(
                x: left + Double(bin) * width + 0.5, y: bottom - height, width: width - 1, height: height, style: "data"
            )
        }
        for mark in stride(from: 0, through: Self.bins, by: 8) {
            let x = left + Double(mark) * width
            svg.line(x, bottom, x, bottom + 5, style: "axis")
            let text = label(low + span * Double(mark) / Double(Self.bins))
            svg.label(text, x: x, y: bottom + 18, style: "faint", anchor: mark == Self.bins ? "end" : "middle")
        }
        svg.line(left, bottom, right, bottom, style: "axis")
        svg.label("rows", x: left, y: top - 6, style: "faint")
        svg.label(unit, x: (left + right) / 2, y: bottom + 40, style: "faint", anchor: "middle")
        return svg.finished()
    }
}
