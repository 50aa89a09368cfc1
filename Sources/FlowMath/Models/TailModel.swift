/// How rare a row's values are at either end of their columns, as PyOD's ECOD computes it: no parameters.
///
/// The score is the sum over the columns of the larger of both sides and of the side the column is skewed to, a side
/// being −ln of the share of rows that lie there. Source: Li, Zhao, Hu, Botta, Ionescu and Chen 2022.
public typealias ECOD = TailModel<LargerSide>
/// A fitted `ECOD`.
public typealias FittedECOD = FittedTailModel<LargerSide>

/// How rare a row's values are at either end of their columns, as PyOD's COPOD computes it: no parameters.
///
/// As ECOD, but of a column the larger of the mean of both sides and of the side the column is skewed to. Source: Li,
/// Zhao, Botta, Ionescu and Hu 2020.
public typealias COPOD = TailModel<MeanOfSides>
/// A fitted `COPOD`.
public typealias FittedCOPOD = FittedTailModel<MeanOfSides>

/// What both sides of a column make of its share of a score.
public protocol TailRule: Sendable {
    /// What counts beside the side the column is skewed to. Parameters: shares of rows, above 0, at most 1.
    static func both(_ left: Double, _ right: Double) -> Double
}

/// ECOD's rule: the rarer side.
public enum LargerSide: TailRule {
    @inline(__always)
    public static func both(_ left: Double, _ right: Double) -> Double { min(left, right) }
}

/// COPOD's rule: the mean of the logarithms of both sides.
public enum MeanOfSides: TailRule {
    @inline(__always)
    public static func both(_ left: Double, _ right: Double) -> Double { (left * right).squareRoot() }
}

/// How rare a row's values are at either end of their columns, by a rule.
///
/// PyOD ranks rows that come later together with those it was fitted to; here a row's score depends on the fitted rows
/// alone, and what lies outside of all of them is as rare as the outermost. A constant column adds 0.
public struct TailModel<Rule: TailRule>: Sendable, Equatable {
    /// There is nothing to choose.
    public init() {}

    /// The distributions of a table's columns, weighted. Throws: `.noRows`, `.notFinite`, `.badWeight`. Cost: O(n d),
    /// 48 bytes a row; the fitted model holds 16 bytes a distinct value.
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedTailModel<Rule> {
        try table.check()
        var scores: RareShares?
        return FittedTailModel(columns: table.columns.map(\.name), tails: EmpiricalTails(table, Rule.self, &scores))
    }

    /// As `fit` and then `score` of the same table, in little more than half the time.
    public func fitAndScore(
        _ table: FeatureTable
    ) throws(ModelError) -> (model: FittedTailModel<Rule>, scores: [Double]) {
        try table.check()
        var shares: RareShares? = RareShares(count: table.rowCount)
        let tails = EmpiricalTails(table, Rule.self, &shares)
        return (FittedTailModel(columns: table.columns.map(\.name), tails: tails), shares?.scores() ?? [])
    }
}

/// The distributions of the columns of a table.
public struct FittedTailModel<Rule: TailRule>: FittedModel, Equatable {
    private enum CodingKeys: CodingKey { case columns, tails }

    public let columns: [String]
    private let tails: EmpiricalTails

    fileprivate init(columns: [String], tails: EmpiricalTails) {
        self.columns = columns
        self.tails = tails
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([String].self, forKey: .columns)
        tails = try container.decode(EmpiricalTails.self, forKey: .tails)
        try Self.require(!columns.isEmpty && tails.columns.count == columns.count, in: decoder)
        try Self.require(tails.columns.allSatisfy(\.isValid), in: decoder)
    }

    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        return tails.score(table, Rule.self)
    }

    /// How much each column adds to the score of a row, most first. Throws: `.otherColumns` where the row has more or
    /// fewer values, `.notFinite`.
    public func shares(of row: ArraySlice<Double>) throws(ModelError) -> [ColumnShare] {
        guard row.count == columns.count else { throw .otherColumns }
        for (value, column) in zip(row, columns) where !value.isFinite { throw .notFinite(row: 0, column: column) }
        return ColumnShare.ranked(columns, tails.shares(of: row, Rule.self))
    }
}
