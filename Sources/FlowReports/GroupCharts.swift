import FlowCharts
public import FlowFeatures
import FlowMath
public import FlowModel

/// The pictures of host groups: each flow in order, how sizes spread, the largest flows.
public enum GroupCharts {
    /// What a picture shows of a group.
    public enum Kind: String, Sendable, CaseIterable {
        /// The bytes of each flow, in order.
        case series
        /// How many flows are how large.
        case histogram
        /// The largest flows.
        case bars
    }

    /// Every picture of every group and way, drawn as it is asked for; names are unique.
    public static func pictures(
        of statistics: GroupStatistics, names: GroupTable, kinds: [Kind]
    ) -> some Sequence<Picture> {
        let groups = statistics.groups(names: names)
        var taken: Set<String> = []
        var plan: [(name: String, kind: Kind, group: Int, direction: GroupStatistics.Direction)] = []
        for (place, group) in groups.enumerated() {
            for direction in GroupStatistics.Direction.allCases {
                for kind in kinds {
                    let base = "\(direction.rawValue)-\(slug(group.name))-\(kind.rawValue)"
                    var name = base
                    // Two groups may differ only in signs that a file name does not keep.
                    var number = 2
                    while !taken.insert(name).inserted {
                        name = "\(base)-\(number)"
                        number += 1
                    }
                    plan.append((name, kind, place, direction))
                }
            }
        }
        return plan.lazy.map { entry in
            Picture(name: entry.name, svg: svg(entry.kind, groups[entry.group], entry.direction))
        }
    }

    /// One picture of a group.
    static func svg(_ kind: Kind, _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction) -> String {
        let values = group.bytes(direction)
        let way = direction == .sent ? "sent from" : "received on"
        return switch kind {
        case .series:
            SeriesChart(
                title: "Bytes of each flow \(way) \(group.name)", values: values,
                limit: Statistics(values)?.robustLimit
            ).svg()
        case .histogram: HistogramChart(title: "Sizes of flows \(way) \(group.name)", values: values).svg()
        case .bars:
            RankedBarsChart(
                title: "Largest flows \(way) \(group.name)",
                bars: group.top(20, direction).map { entry in
                    ("\(entry.source) → \(entry.destination)", Double(direction == .sent ? entry.sent : entry.received))
                }
            ).svg()
        }
    }

    /// A name as part of a file's: lower-case ASCII letters, digits and hyphens, at most 80.
    private static func slug(_ name: String) -> String {
        let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let words = String(letters).split(separator: "-").joined(separator: "-")
        return words.isEmpty ? "none" : String(words.prefix(80))
    }
}
