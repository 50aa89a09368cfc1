import FlowFeatures
import FlowModel
import FlowOutput

extension SummaryTables {
    /// For a person: totals, a time line, lists and distributions.
    public func text() -> String {
        let total = summary.total
        guard total.flows > 0 else { return "No flows.\n" }
        let counts = summary.counts
        var text =
            "\(Quantity.count(total.flows, "flow")), \(Quantity.bytes(Double(total.sent))) sent, "
            + "\(Quantity.bytes(Double(total.received))) received; \(Quantity.count(counts.hosts, "host")), "
            + "\(Quantity.count(counts.pairs, "pair")), \(Quantity.count(counts.ports, "destination port"))\n"
        if counts.unlistedHosts > 0 || counts.unlistedPairs > 0 {
            text += "tables full: \(Quantity.count(counts.unlistedHosts, "address look-up")) and "
            text += "\(Quantity.count(counts.unlistedPairs, "flow")) in no host or pair\n"
        }
        text += timeLine()
        for list in lists { text += "\n" + table(list) }
        text += "\nDistributions of a flow, to within 5 %\n"
        var rows = [[""] + Self.quantiles.map(Self.name)]
        for distribution in distributions {
            rows.append(
                [distribution.title]
                    + Self.quantiles.map { q in
                        distribution.read(distribution.quantile(q))
                    })
        }
        text += aligned(rows, leftColumns: 1)
        for distribution in distributions where distribution.noneCount > 0 {
            text += "  \(Quantity.count(distribution.noneCount, "flow")) \(distribution.none)\n"
        }
        return text
    }

    private func timeLine() -> String {
        let (bins, width, outside) = summary.timeline.series(atMost: 60)
        guard let first = bins.first, let last = bins.last else { return "" }
        let most = max(1, bins.map(\.flows).max() ?? 1)
        let bars = Array(" ▁▂▃▄▅▆▇█")
        let line = bins.map { bin in
            bin.flows == 0 ? bars[0] : bars[max(1, (bin.flows * 8 + most - 1) / most)]
        }
        var text =
            "\nTime line: flows each \(Quantity.microseconds(Double(width) * 1e-3)), at most \(Quantity.grouped(most))\n"
        text += "  \(String(line))\n  \(first.start) to \(last.start.advanced(by: width))\n"
        if outside > 0 { text += "  \(Quantity.count(outside, "flow")) far before or after these times\n" }
        return text
    }

    private func table(_ list: List) -> String {
        let more = list.total > list.rows.count ? " (\(list.rows.count) of \(Quantity.grouped(list.total)))" : ""
        let leftColumns = list.columns.first == "source" ? 2 : 1
        return list.title + " by \(measure.rawValue)" + more + "\n"
            + aligned([list.columns] + list.rows.map { $0.map(\.text) }, leftColumns: leftColumns)
    }

    private func aligned(_ rows: [[String]], leftColumns: Int) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if widths.count <= column { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = " "
            for (column, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                line += " " + (column < leftColumns ? cell + blanks : blanks + cell) + " "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
