public import FlowMath

/// A reliability diagram: how often what was said to be so likely was so, against the diagonal of those that are right.
public struct ReliabilityChart: Sendable {
    private let title: String
    private let reliability: Reliability

    /// A diagram of predictions.
    public init(title: String, reliability: Reliability) {
        self.title = title
        self.reliability = reliability
    }

    /// The chart as an SVG document. The same numbers give the same bytes.
    public func svg() -> String {
        let (left, right, top, bottom) = (58.0, 398.0, 44.0, 384.0)
        var svg = SVG(width: 460, height: 440, title: title)
        let x = { (share: Double) in left + share * (right - left) }
        let y = { (share: Double) in bottom - share * (bottom - top) }
        for tick in stride(from: 0.0, through: 1.0, by: 0.25) {
            svg.line(left, y(tick), right, y(tick), style: "grid")
            svg.label(SVG.number(tick), x: left - 8, y: y(tick) + 4, style: "faint", anchor: "end")
            svg.label(SVG.number(tick), x: x(tick), y: bottom + 16, style: "faint", anchor: "middle")
        }
        svg.line(left, bottom, right, top, style: "limit")
        for bin in reliability.bins where bin.count > 0 {
            let place = x(bin.expected / Double(bin.count))
            let share = Double(bin.observed) / Double(bin.count)
            svg.path(
                "M\(SVG.number(place)) \(SVG.number(bottom))V\(SVG.number(min(bottom - 1, y(share))))",
                style: "data", width: 9)
            svg.label("\(bin.count)", x: place, y: y(share) - 5, style: "faint", anchor: "middle")
        }
        svg.label("probability said", x: (left + right) / 2, y: bottom + 36, style: "faint", anchor: "middle")
        svg.label("share that was so (hosts)", x: left, y: top - 6, style: "faint")
        return svg.finished()
    }
}
