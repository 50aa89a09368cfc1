/// How rare a value is on either side of what a table's columns held: what ECOD and COPOD are made of.
struct EmpiricalTails: Sendable, Equatable, Codable {
    let columns: [TailColumn]

    /// Learns the columns of a table that has passed its check, and judges its rows if there are shares to add to. Cost:
    /// O(n d); 48 bytes a row, 16 a distinct value.
    init<Rule: TailRule>(_ table: FeatureTable, _ rule: Rule.Type, _ shares: inout RareShares?) {
        let width = table.columns.count
        columns = table.values.withUnsafeBufferPointer { values in
            let sorter = ColumnSorter(values, width: width)
            return (0..<width).map { index in
                let column = TailColumn(sorter, index, weights: table.weights)
                shares?.take(least: column.leastShare) { column.multiply($0, sorter, rule) }
                return column
            }
        }
    }

    /// The scores of a table that has passed its check. Cost: O(n d); 48 bytes a row.
    func score<Rule: TailRule>(_ table: FeatureTable, _ rule: Rule.Type) -> [Double] {
        var shares = RareShares(count: table.rowCount)
        table.values.withUnsafeBufferPointer { values in
            let sorter = ColumnSorter(values, width: columns.count)
            for (index, column) in columns.enumerated() {
                _ = sorter.sort(index) { _ in }
                shares.take(least: column.leastShare) { column.multiply($0, sorter, rule) }
            }
        }
        return shares.scores()
    }

    /// The share of each of a row's values in its score.
    func shares<Rule: TailRule>(of row: ArraySlice<Double>, _ rule: Rule.Type) -> [Double] {
        zip(columns, row).map { column, value in
            0 - logarithm(column.share(of: value, at: column.place(of: value, from: 0), rule))
        }
    }
}
