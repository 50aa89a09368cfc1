import FlowCharts
import FlowFeatures
import FlowMath

/// The pictures of a host group: each flow in order, how sizes spread, the largest flows.
enum GroupCharts {
    static let kinds = ["series", "histogram", "bars"]

    static func svg(
        _ kind: String, _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction
    ) -> String {
        let values = group.bytes(direction)
        let way = direction == .sent ? "sent from" : "received on"
        switch kind {
        case "series":
            return SeriesChart(
                title: "Bytes of each flow \(way) \(group.name)", values: values,
                limit: Statistics(values)?.robustLimit
            ).svg()
        case "histogram":
            return HistogramChart(title: "Sizes of flows \(way) \(group.name)", values: values).svg()
        default:
            return RankedBarsChart(
                title: "Largest flows \(way) \(group.name)",
                bars: group.top(20, direction).map { entry in
                    ("\(entry.source) → \(entry.destination)", Double(direction == .sent ? entry.sent : entry.received))
                }
            ).svg()
        }
    }
}
