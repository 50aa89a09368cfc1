/// Any of the models of `OutlierMethod`, fitted.
public enum FittedOutlierModel: FittedModel {
    case hbos(FittedHBOS)
    case ecod(FittedECOD)
    case copod(FittedCOPOD)
    case iforest(FittedIsolationForest)
    case lof(FittedLocalOutlierFactor)
    case hstrees(FittedHalfSpaceTrees)
    case pca(FittedPrincipalComponents)
    case ewma(FittedEWMA)
    case holtWinters(FittedHoltWinters)
    case lstm(FittedLSTM)

    private enum CodingKeys: String, CodingKey { case method, fitted }

    /// What it is.
    public var method: OutlierMethod {
        switch self {
        case .hbos: .hbos
        case .ecod: .ecod
        case .copod: .copod
        case .iforest: .iforest
        case .lof: .lof
        case .hstrees: .hstrees
        case .pca: .pca
        case .ewma: .ewma
        case .holtWinters: .holtWinters
        case .lstm: .lstm
        }
    }

    /// The model inside; nil for principal components.
    private var fitted: (any FittedModel)? {
        switch self {
        case .hbos(let model): model
        case .ecod(let model): model
        case .copod(let model): model
        case .iforest(let model): model
        case .lof(let model): model
        case .hstrees(let model): model
        case .pca: nil
        case .ewma(let model): model
        case .holtWinters(let model): model
        case .lstm(let model): model
        }
    }

    public var columns: [String] {
        if case .pca(let model) = self { return model.columns }
        return fitted?.columns ?? []
    }

    public func score(_ table: FeatureTable) throws(ModelError) -> [Double] {
        if case .pca(let model) = self { return try model.residuals(table) }
        return try fitted?.score(table) ?? []
    }

    /// The forecaster inside; nil where the model is none.
    public var forecaster: (any FittedForecaster)? {
        switch self {
        case .ewma(let model): model
        case .holtWinters(let model): model
        case .lstm(let model): model
        default: nil
        }
    }

    /// How much each column adds to the score of a row, most first; nil where the model cannot tell. Throws:
    /// `.otherColumns`, `.notFinite`.
    public func shares(of row: ArraySlice<Double>) throws(ModelError) -> [ColumnShare]? {
        switch self {
        case .hbos(let model): return try model.shares(of: row)
        case .ecod(let model): return try model.shares(of: row)
        case .copod(let model): return try model.shares(of: row)
        case .pca(let model):
            guard row.count == model.columns.count else { throw .otherColumns }
            return ColumnShare.ranked(model.columns, model.residualParts(Array(row)).map { $0 * $0 })
        case .iforest, .lof, .hstrees, .ewma, .holtWinters, .lstm: return nil
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(OutlierMethod.self, forKey: .method) {
        case .hbos: self = .hbos(try container.decode(FittedHBOS.self, forKey: .fitted))
        case .ecod: self = .ecod(try container.decode(FittedECOD.self, forKey: .fitted))
        case .copod: self = .copod(try container.decode(FittedCOPOD.self, forKey: .fitted))
        case .iforest: self = .iforest(try container.decode(FittedIsolationForest.self, forKey: .fitted))
        case .lof: self = .lof(try container.decode(FittedLocalOutlierFactor.self, forKey: .fitted))
        case .hstrees: self = .hstrees(try container.decode(FittedHalfSpaceTrees.self, forKey: .fitted))
        case .pca:
            let model = try container.decode(FittedPrincipalComponents.self, forKey: .fitted)
            try Self.require(model.isValid, in: decoder)
            self = .pca(model)
        case .ewma: self = .ewma(try container.decode(FittedEWMA.self, forKey: .fitted))
        case .holtWinters: self = .holtWinters(try container.decode(FittedHoltWinters.self, forKey: .fitted))
        case .lstm: self = .lstm(try container.decode(FittedLSTM.self, forKey: .fitted))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        if case .pca(let model) = self { return try container.encode(model, forKey: .fitted) }
        if let fitted { try fitted.encode(to: container.superEncoder(forKey: .fitted)) }
    }
}
