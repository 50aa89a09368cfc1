/// How few random cuts it takes to set a row apart from a sample of the others (isolation forest, 100 trees of 256
/// rows).
///
/// The score is 2^(−mean depth / expected depth), from 0 to 1: about 0.5 for what is like the rest, as −`score_samples`
/// of scikit-learn. Constant columns are never cut; weights are chances to be in a sample. Source: Liu, Ting and Zhou
/// 2008.
public struct IsolationForest: Sendable, Equatable {
    /// How many trees.
    public var trees: Int
    /// How many rows each tree is grown from: all of them where there are fewer.
    public var sampleSize: Int
    /// Decides everything that is random.
    public var seed: UInt64

    /// The defaults of the paper.
    public init(trees: Int = 100, sampleSize: Int = 256, seed: UInt64 = 1) {
        self.trees = trees
        self.sampleSize = sampleSize
        self.seed = seed
    }

    /// A forest grown from a table. Throws: `.badParameter`, `.tooFewRows` of one row, `.noRows`, `.notFinite`,
    /// `.badWeight`. Cost: O(n d) to check, O(trees · sample size · log sample size) to grow.
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedIsolationForest {
        guard trees > 0, trees <= 100_000 else { throw .badParameter("trees") }
        guard sampleSize > 1, sampleSize <= 1 << 20 else { throw .badParameter("sampleSize") }
        try table.check()
        guard table.rowCount > 1 else { throw .tooFewRows(table.rowCount, needed: 2) }
        let size = min(sampleSize, table.rowCount)
        let chances = table.weights.map { weights in
            var sum = 0.0
            return weights.map { weight in
                sum += weight
                return sum
            }
        }
        let grown = RowChunks.concurrently(trees) { tree in
            var generator = SeededGenerator(seed: seed, stream: tree)
            let rows = Self.sample(size, of: table.rowCount, chances, &generator)
            return IsolationTree(table, rows: rows, generator: &generator)
        }
        return FittedIsolationForest(columns: table.columns.map(\.name), sampleSize: size, trees: grown)
    }

    /// Rows without repetition; with weights, drawn again and again, since a row stands for many.
    private static func sample(
        _ size: Int, of count: Int, _ chances: [Double]?, _ generator: inout SeededGenerator
    ) -> [Int] {
        if let chances, let total = chances.last {
            return (0..<size).map { _ in
                let aim = generator.unit() * total
                var low = 0
                var high = count - 1
                while low < high {
                    let middle = (low + high) / 2
                    if chances[middle] <= aim { low = middle + 1 } else { high = middle }
                }
                return low
            }
        }
        // Floyd's: of each new last row, or of one before it where that one is not taken yet.
        var taken: Set<Int> = []
        var rows: [Int] = []
        for last in count - size..<count {
            let drawn = generator.below(last + 1)
            let row = taken.insert(drawn).inserted ? drawn : last
            if row == last { taken.insert(last) }
            rows.append(row)
        }
        return rows
    }
}

/// Trees grown from samples of a table.
public struct FittedIsolationForest: FittedModel, Equatable {
    public let columns: [String]
    private let sampleSize: Int
    private let trees: [IsolationTree]

    fileprivate init(columns: [String], sampleSize: Int, trees: [IsolationTree]) {
        self.columns = columns
        self.sampleSize = sampleSize
        self.trees = trees
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([String].self, forKey: .columns)
        sampleSize = try container.decode(Int.self, forKey: .sampleSize)
        trees = try container.decode([IsolationTree].self, forKey: .trees)
        let width = columns.count
        try Self.require(sampleSize > 1 && !trees.isEmpty && trees.allSatisfy { $0.isValid(width) }, in: decoder)
    }

    /// A number from 0 to 1 a row, the higher the worse. Throws: `.otherColumns`, `.noRows`, `.notFinite`,
    /// `.badWeight`. Cost: O(n trees log sample size).
    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        let width = columns.count
        let scale = -1 / (Double(trees.count) * IsolationTree.expectedDepth(sampleSize))
        return [Double](unsafeUninitializedCapacity: table.rowCount) { buffer, filled in
            nonisolated(unsafe) let scores = buffer
            table.values.withUnsafeBufferPointer { values in
                RowChunks.forEach(table.rowCount) { rows in
                    // So few rows that they stay near while all trees pass over them.
                    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 512) {
                        let piece = start..<min(start + 512, rows.upperBound)
                        for row in piece { scores[row] = 0 }
                        for tree in trees { tree.addDepths(values, width: width, rows: piece, to: scores) }
                        for row in piece { scores[row] = exponential2(scores[row] * scale) }
                    }
                }
            }
            filled = table.rowCount
        }
    }
}
