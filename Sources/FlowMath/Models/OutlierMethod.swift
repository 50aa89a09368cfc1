/// The models that give each row a number, the higher the worse.
public enum OutlierMethod: String, Sendable, Codable, CaseIterable {
    case hbos, ecod, copod, iforest, lof, hstrees, pca, ewma
    case holtWinters = "holt-winters"
    case lstm

    /// Whether rows are moments that follow each other.
    public var isForecaster: Bool { self == .ewma || self == .holtWinters || self == .lstm }

    /// Whether a row of weight 3 counts as three rows.
    public var usesWeights: Bool { self != .lof && self != .hstrees && !isForecaster }

    /// Learns a table, on its scale. Parameter season: of forecasters, in rows. Returns: the model, and the scores of
    /// the rows: those of forecasters are of the last quarter, from a model of the rows before. Parameter progress: called
    /// with the share done, from 0 to 1, by models that may take long. Throws: what the models throw.
    public func fit(
        _ table: FeatureTable, season: Int, progress: (Double) -> Void = { _ in }
    ) throws(ModelError) -> (model: FittedOutlierModel, scores: [Double]) {
        switch self {
        case .hbos:
            let (model, scores) = try HBOS().fitAndScore(table)
            return (.hbos(model), scores)
        case .ecod:
            let (model, scores) = try ECOD().fitAndScore(table)
            return (.ecod(model), scores)
        case .copod:
            let (model, scores) = try COPOD().fitAndScore(table)
            return (.copod(model), scores)
        case .iforest: return try Self.scored(.iforest(IsolationForest().fit(table)), table)
        case .lof:
            let model = try LocalOutlierFactor().fit(table, progress: progress)
            return (.lof(model), model.fittedScores)
        case .hstrees:
            // A tenth of a window is what a node is called empty by.
            guard table.rowCount >= 10 else { throw .tooFewRows(table.rowCount, needed: 10) }
            let window = max(1, min(HalfSpaceTrees().window, table.rowCount))
            let model = try HalfSpaceTrees(window: window).fit(table) { progress($0 * 0.8) }
            return try Self.scored(.hstrees(model), table)
        case .pca:
            let all = try PrincipalComponents(components: table.columns.count).fit(table)
            // As many as explain nine tenths, and one less than all at most: else nothing is left to judge by.
            var explained = 0.0
            let needed = all.explainedShares.firstIndex {
                explained += $0
                return explained >= 0.9
            }
            let kept = min((needed ?? 0) + 1, max(1, table.columns.count - 1))
            return try Self.scored(.pca(PrincipalComponents(components: kept).fit(table)), table)
        case .ewma, .holtWinters, .lstm:
            let cut = table.rowCount * 3 / 4
            guard cut > 0 else { throw .tooFewRows(table.rowCount, needed: 4) }
            let early: FittedOutlierModel
            do throws(ModelError) {
                early = try forecaster(table.stretch(0..<cut), season: season) { progress($0 * 0.4) }
            } catch {
                guard case .tooFewRows(_, let needed) = error else { throw error }
                // Of all rows, which the caller knows.
                throw .tooFewRows(table.rowCount, needed: (needed * 4 + 2) / 3)
            }
            let scores = try early.score(table.stretch(cut..<table.rowCount))
            return (try forecaster(table, season: season) { progress(0.4 + $0 * 0.6) }, scores)
        }
    }

    private func forecaster(
        _ table: FeatureTable, season: Int, progress: (Double) -> Void
    ) throws(ModelError) -> FittedOutlierModel {
        switch self {
        case .holtWinters: .holtWinters(try HoltWinters(period: season).fit(table))
        case .lstm: .lstm(try LSTM(period: season).fit(table, progress: progress))
        default: .ewma(try EWMA().fit(table))
        }
    }

    private static func scored(
        _ model: FittedOutlierModel, _ table: FeatureTable
    ) throws(ModelError) -> (model: FittedOutlierModel, scores: [Double]) {
        (model, try model.score(table))
    }
}

extension FeatureTable {
    /// Some of the rows. Traps outside `0..<rowCount`.
    public func stretch(_ rows: Range<Int>) -> FeatureTable {
        FeatureTable(
            columns: columns, values: Array(values[rows.lowerBound * columns.count..<rows.upperBound * columns.count]),
            weights: weights.map { Array($0[rows]) })
    }
}
