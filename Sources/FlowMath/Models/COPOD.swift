/// How rare a row's values are at either end of their columns, as PyOD's COPOD computes it: no parameters.
///
/// The score is the sum over the columns of the larger of the mean of both sides and of the side the column is skewed
/// to, a side being −ln of the share of rows that lie there. PyOD ranks rows that come later together with those it was
/// fitted to; here a row's score depends on the fitted rows alone, and what lies outside of all of them is as rare as
/// the outermost. A constant column adds 0. Source: Li, Zhao, Botta, Ionescu and Hu 2020.
public struct COPOD: Sendable, Equatable {
    /// There is nothing to choose.
    public init() {}

    /// The distributions of a table's columns, weighted. Throws: `.noRows`, `.notFinite`, `.badWeight`. Cost: O(n d),
    /// 24 bytes a row and core; the fitted model holds 16 bytes a distinct value.
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedCOPOD {
        try table.check()
        return FittedCOPOD(columns: table.columns.map(\.name), tails: EmpiricalTails.learn(table, judging: nil).tails)
    }

    /// As `fit` and then `score` of the same table, in little more than half the time.
    public func fitAndScore(_ table: FeatureTable) throws(ModelError) -> (model: FittedCOPOD, scores: [Double]) {
        try table.check()
        let (tails, scores) = EmpiricalTails.learn(table, judging: .copod)
        return (FittedCOPOD(columns: table.columns.map(\.name), tails: tails), scores)
    }
}

/// The distributions of the columns of a table.
public struct FittedCOPOD: FittedModel, Equatable {
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
        return tails.score(table, .copod)
    }

    /// How much each column adds to the score of a row, most first. Throws: `.otherColumns` where the row has more or
    /// fewer values, `.notFinite`.
    public func shares(of row: ArraySlice<Double>) throws(ModelError) -> [ColumnShare] {
        guard row.count == columns.count else { throw .otherColumns }
        for (value, column) in zip(row, columns) where !value.isFinite { throw .notFinite(row: 0, column: column) }
        return ColumnShare.ranked(columns, tails.shares(of: row, .copod))
    }
}
