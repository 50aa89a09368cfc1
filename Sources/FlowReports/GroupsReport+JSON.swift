import FlowFeatures
import FlowMath
import FlowModel
import FlowOutput

extension GroupsReport {
    /// JSON Lines: the whole, each group, each pair of groups; names are a promise, numbers are not rounded.
    public func json() -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("kind", "overall")
            json.field("flows", statistics.flows)
            json.field("bytes", statistics.bytes)
            json.field("averageBytes", statistics.averageBytes)
        }
        json.newline()
        for group in statistics.groups(names: names) {
            json.object { json in
                json.field("kind", "group")
                json.field("group", group.name)
                json.field("flows", group.entries.count)
                for direction in GroupStatistics.Direction.allCases {
                    json.key(direction.rawValue)
                    json.object { json in write(group, direction, to: &json) }
                }
            }
            json.newline()
        }
        for pair in statistics.pairs(names: names) {
            json.object { json in
                json.field("kind", "pair")
                json.field("subjectGroup", pair.subject)
                json.field("peerGroup", pair.peer)
                json.field("flows", pair.flows)
                json.field("averageBytes", pair.bytes / Double(pair.flows))
            }
            json.newline()
        }
        return json.bytes
    }

    private func write(
        _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction, to json: inout JSONText
    ) {
        guard let figures = Statistics(group.bytes(direction)) else { return }
        json.field("sum", figures.sum)
        json.field("mean", figures.mean)
        json.field("median", figures.median)
        json.field("mad", figures.mad)
        json.field("p95", figures.p95)
        json.field("max", figures.maximum)
        json.field("robustLimit", figures.robustLimit)
        json.field("flowsAboveMean", group.entries(above: figures.mean, direction).count)
        json.field("flowsAboveRobustLimit", group.entries(above: figures.robustLimit, direction).count)
        json.key("top")
        json.array(group.top(top, direction)) { json, entry in write(entry, to: &json) }
        json.key("aboveRobustLimit")
        json.array(group.entries(above: figures.robustLimit, direction)) { json, entry in write(entry, to: &json) }
    }

    private func write(_ entry: GroupStatistics.Entry, to json: inout JSONText) {
        json.object { json in
            json.field("source", entry.source.description)
            json.field("destination", entry.destination.description)
            json.field("start", entry.start.description)
            json.field("bytesSent", entry.sent)
            json.field("bytesReceived", entry.received)
        }
    }
}
