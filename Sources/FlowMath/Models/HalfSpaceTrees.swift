/// Half-space trees: how few of the last rows lay where a row lies, in a stream; nothing but counts is kept.
///
/// Each tree halves random columns of a random range around the fitted rows, `depth` times. A row's mass is r · 2^k,
/// where r is the count of the last whole window in the first node on its way that held a tenth of a window or less, at
/// depth k. The score is window / (window + mean mass): about 0.5 where rows lie evenly, 1 where none was. Weights are
/// not used. Source: Tan, Ting and Liu 2011.
public struct HalfSpaceTrees: Sendable, Equatable, Codable {
    /// How many trees.
    public var trees: Int
    /// How often each tree halves: 1 to 20.
    public var depth: Int
    /// After how many rows the counts become those that rows are judged by.
    public var window: Int
    /// Decides everything that is random.
    public var seed: UInt64

    /// The defaults of the paper.
    public init(trees: Int = 25, depth: Int = 15, window: Int = 250, seed: UInt64 = 1) {
        self.trees = trees
        self.depth = depth
        self.window = window
        self.seed = seed
    }

    /// Trees around the rows of a table, and the counts of its windows, in the order of its rows. Parameter progress:
    /// called with the share done, from 0 to 1. Throws: `.badParameter`, `.tooFewRows` of less than a window, `.noRows`,
    /// `.notFinite`, `.badWeight`. Cost: O(n trees (depth + d)); 12 bytes a node, of which each tree has 2^(depth + 1).
    public func fit(
        _ table: FeatureTable, progress: (Double) -> Void = { _ in }
    ) throws(ModelError) -> FittedHalfSpaceTrees {
        guard (1...1_000).contains(trees) else { throw .badParameter("trees") }
        guard (1...20).contains(depth) else { throw .badParameter("depth") }
        guard (1...1 << 30).contains(window) else { throw .badParameter("window") }
        try table.check()
        guard table.rowCount >= window else { throw .tooFewRows(table.rowCount, needed: window) }
        let columns = (0..<table.columns.count).map { table.column($0) }
        var fitted = FittedHalfSpaceTrees(
            self, columns: table.columns.map(\.name), lows: columns.map { $0.min() ?? 0 },
            highs: columns.map { $0.max() ?? 0 })
        for row in 0..<table.rowCount {
            _ = try fitted.update(table.row(row))
            if row % 4096 == 0 { progress(Double(row) / Double(table.rowCount)) }
        }
        return fitted
    }

    var isValid: Bool { (1...1_000).contains(trees) && (1...20).contains(depth) && (1...1 << 30).contains(window) }
}

/// Half-space trees and the counts of the last windows; it goes on learning.
public struct FittedHalfSpaceTrees: FittedModel, Equatable {
    /// The counts of a node. They are those of the window `epoch`: a node that no row of a window met is not visited
    /// when the window ends.
    private struct Node: Sendable, Equatable {
        var epoch: UInt32 = 0
        var latest: UInt32 = 0
        var reference: UInt32 = 0

        /// How many rows of the window before `now` it held.
        func reference(at now: UInt32) -> UInt32 {
            epoch == now ? reference : epoch &+ 1 == now ? latest : 0
        }

        mutating func count(at now: UInt32) {
            reference = reference(at: now)
            latest = epoch == now ? latest &+ 1 : 1
            epoch = now
        }
    }

    private enum CodingKeys: String, CodingKey { case parameters, columns, lows, highs, seen, epoch, places, counts }

    public let columns: [String]
    private let shape: HalfSpaceShape
    private var nodes: [Node]
    /// The rows of the window that is filling.
    private var seen = 0
    private var epoch: UInt32 = 1

    fileprivate init(_ parameters: HalfSpaceTrees, columns: [String], lows: [Double], highs: [Double]) {
        self.columns = columns
        shape = HalfSpaceShape(parameters, lows: lows, highs: highs)
        nodes = Array(repeating: Node(), count: shape.nodeCount)
    }

    /// The score of a row by the window before; then the row is counted. Throws: `.otherColumns` where it has more or
    /// fewer values, `.notFinite`. Cost: O(trees (depth + d)).
    public mutating func update(_ row: ArraySlice<Double>) throws(ModelError) -> Double {
        guard row.count == columns.count else { throw .otherColumns }
        for (value, column) in zip(row, columns) where !value.isFinite { throw .notFinite(row: 0, column: column) }
        let score = score(row)
        let scaled = shape.scaled(row)
        for tree in 0..<shape.parameters.trees {
            shape.walk(tree, scaled) { node, _ in
                nodes[node].count(at: epoch)
                return true
            }
        }
        seen += 1
        if seen == shape.parameters.window {
            seen = 0
            epoch &+= 1
        }
        return score
    }

    /// The scores of rows by the last whole window, without counting them. Throws: `.otherColumns`, `.noRows`,
    /// `.notFinite`, `.badWeight`.
    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        return RowChunks.map(table.rowCount) { rows in rows.map { score(table.row($0)) } }.flatMap(\.self)
    }

    private func score(_ row: ArraySlice<Double>) -> Double {
        let scaled = shape.scaled(row)
        let few = UInt32(shape.parameters.window / 10)
        var mass = 0.0
        for tree in 0..<shape.parameters.trees {
            shape.walk(tree, scaled) { node, depth in
                let count = nodes[node].reference(at: epoch)
                guard count <= few || depth == shape.parameters.depth else { return true }
                mass += Double(count) * Double(1 << depth)
                return false
            }
        }
        let window = Double(shape.parameters.window)
        return window / (window + mass / Double(shape.parameters.trees))
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let parameters = try container.decode(HalfSpaceTrees.self, forKey: .parameters)
        let columns = try container.decode([String].self, forKey: .columns)
        let lows = try container.decode([Double].self, forKey: .lows)
        let highs = try container.decode([Double].self, forKey: .highs)
        let places = try container.decode([Int].self, forKey: .places)
        let counts = try container.decode([UInt32].self, forKey: .counts)
        try Self.require(parameters.isValid && !columns.isEmpty && counts.count == places.count * 3, in: decoder)
        try Self.require(lows.count == columns.count && highs.count == columns.count, in: decoder)
        self.init(parameters, columns: columns, lows: lows, highs: highs)
        seen = try container.decode(Int.self, forKey: .seen)
        epoch = try container.decode(UInt32.self, forKey: .epoch)
        try Self.require((0..<parameters.window).contains(seen), in: decoder)
        try Self.require(places.allSatisfy(nodes.indices.contains), in: decoder)
        for (index, place) in places.enumerated() {
            nodes[place] = Node(
                epoch: counts[index * 3], latest: counts[index * 3 + 1], reference: counts[index * 3 + 2])
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(shape.parameters, forKey: .parameters)
        try container.encode(columns, forKey: .columns)
        try container.encode(shape.lows, forKey: .lows)
        try container.encode(shape.highs, forKey: .highs)
        try container.encode(seen, forKey: .seen)
        try container.encode(epoch, forKey: .epoch)
        // Most nodes are empty.
        let places = nodes.indices.filter { nodes[$0].epoch &+ 1 >= epoch && nodes[$0].epoch > 0 }
        try container.encode(places, forKey: .places)
        try container.encode(
            places.flatMap { [nodes[$0].epoch, nodes[$0].latest, nodes[$0].reference] }, forKey: .counts)
    }
}
