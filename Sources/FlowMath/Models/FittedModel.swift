/// What a model has learnt, fit to be saved: it gives each row a number, the higher the worse.
public protocol FittedModel: Sendable, Codable {
    /// The names of the columns it was fitted to.
    var columns: [String] { get }

    /// A number a row, the higher the worse. Throws: `.otherColumns`, `.noRows`, `.notFinite`, `.badWeight`.
    func score(_ table: FeatureTable) throws(ModelError) -> [Double]
}

/// How much of a row's score is a column's.
public struct ColumnShare: Sendable, Equatable {
    /// The name of the column.
    public var column: String
    /// Its share, in the unit of the score.
    public var share: Double

    /// The shares of columns, largest first; of equal ones the earlier column first. Parameters: one share a column.
    public static func ranked(_ columns: [String], _ shares: [Double]) -> [ColumnShare] {
        zip(columns, shares).map { ColumnShare(column: $0, share: $1) }.enumerated()
            .sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }.map(\.element)
    }
}

extension FittedModel {
    /// Refuses to be loaded from something that no fit wrote.
    static func require(_ holds: Bool, in decoder: any Decoder) throws {
        guard !holds else { return }
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "not what a fitted \(Self.self) holds"))
    }
}
