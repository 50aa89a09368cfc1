/// How rare a value is on either side of what a table's columns held: what ECOD and COPOD are made of.
struct EmpiricalTails: Sendable, Equatable, Codable {
    let columns: [TailColumn]

    /// Columns are dealt to so many tasks, whatever the number of cores: the order of sums does not depend on it.
    private static let lanes = 4

    /// Learns the columns of a table that has passed its check, and judges its rows by `rule` if there is one. Cost:
    /// O(n d); 32 bytes a row and core, 16 a distinct value.
    static func learn(_ table: FeatureTable, judging rule: TailColumn.Rule?) -> (tails: Self, scores: [Double]) {
        let width = table.columns.count
        let lanes = eachLane(table, judging: rule != nil) { sorter, lane, sums in
            let column = TailColumn(sorter, weights: table.weights)
            if let rule { column.addShares(sorter, rule, to: &sums) }
            return column
        }
        let columns = (0..<width).map { lanes[$0 % lanes.count].0[$0 / lanes.count] }
        return (Self(columns: columns), rule == nil ? [] : sum(lanes.map(\.1)))
    }

    /// The scores of a table that has passed its check. Cost: O(n d); 32 bytes a row and core.
    func score(_ table: FeatureTable, _ rule: TailColumn.Rule) -> [Double] {
        let lanes = Self.eachLane(table, judging: true) { sorter, index, sums in
            columns[index].addShares(sorter, rule, to: &sums)
        }
        return Self.sum(lanes.map(\.1))
    }

    /// The share of each of a row's values in its score.
    func shares(of row: ArraySlice<Double>, _ rule: TailColumn.Rule) -> [Double] {
        zip(columns, row).map { $0.share(of: $1, at: $0.place(of: $1, from: 0), rule) }
    }

    private static func eachLane<Result>(
        _ table: FeatureTable, judging: Bool, _ body: (ColumnSorter, Int, inout [Double]) -> Result
    ) -> [([Result], [Double])] {
        let width = table.columns.count
        return table.values.withUnsafeBufferPointer { values in
            RowChunks.concurrently(min(lanes, width)) { lane in
                let sorter = ColumnSorter(count: table.rowCount)
                var sums = [Double](repeating: 0, count: judging ? table.rowCount : 0)
                let results = stride(from: lane, to: width, by: lanes).map { column in
                    sorter.sort(values, column: column, width: width)
                    return body(sorter, column, &sums)
                }
                return (results, sums)
            }
        }
    }

    private static func sum(_ lanes: [[Double]]) -> [Double] {
        var sums = lanes[0]
        for lane in lanes.dropFirst() { for row in sums.indices { sums[row] += lane[row] } }
        return sums
    }
}
