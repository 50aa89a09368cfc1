public import FlowMath

/// A model of what is ordinary in a feature table, with all that is needed to judge another one like it.
public struct TrainedModel: Sendable, Codable {
    /// What rows are about.
    public let subject: FeatureSubject
    /// The length of a row's window in seconds; nil where rows are about all time.
    public let windowSeconds: Double?
    /// The columns that it looks at, with their units.
    public let columns: [FeatureTable.Column]
    /// The scale that it sees them on.
    public let scale: TableScale
    /// Means and deviations of the columns it learnt from.
    public let standardizer: FittedStandardizer
    /// The model.
    public let model: FittedOutlierModel
    /// How rare which scores are.
    public let tail: ScoreTail
    /// From how many rows it has learnt.
    public let rows: Int
    /// The start of the first flow it has learnt from, and of the last.
    public let firstSeen: String
    public let lastSeen: String

    /// Learns a table. Parameter season: of forecasters, in rows. Parameter progress: called with the share done,
    /// from 0 to 1, by models that may take long. Throws: what the models throw.
    public init(
        _ method: OutlierMethod, of table: FeatureTable, subject: FeatureSubject, windowSeconds: Double?,
        scale: TableScale, season: Int, firstSeen: String, lastSeen: String,
        progress: (Double) -> Void = { _ in }
    ) throws(ModelError) {
        self.subject = subject
        self.windowSeconds = windowSeconds
        columns = table.columns
        self.scale = scale
        standardizer = try scale.fit(table)
        let fitted = try method.fit(scale.apply(standardizer, to: table), season: season, progress: progress)
        model = fitted.model
        tail = ScoreTail(fitted.scores, weights: method.isForecaster ? nil : table.weights)
        rows = table.rowCount
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }

    /// Whether it fits together: what was read from a file may not.
    public var isValid: Bool {
        let names = columns.map(\.name)
        return names == standardizer.columns && names == model.columns && standardizer.isValid && tail.isValid
            && rows > 0 && (windowSeconds.map { $0 >= 0.001 && $0 <= 86_400 } ?? (subject == .host || subject == .flow))
    }

    /// Whether this build's tables have its columns, in the same units.
    public var hasKnownColumns: Bool { columns.allSatisfy(subject.columns.contains) }

    /// The scores of rows that have all its columns. Throws: `.otherColumns`, `.noRows`, `.notFinite`, `.badWeight`.
    public func scores(of table: FeatureTable) throws(ModelError) -> [Double] {
        guard let picked = table.picking(columns.map(\.name)) else { throw .otherColumns }
        return try model.score(scale.apply(standardizer, to: picked))
    }

    /// The features that make a row's score, most first: by what each adds to it or, where the model cannot tell, by
    /// how many deviations it lies off. Throws as `scores`.
    public func causes(of row: FeatureTable, limit: Int = 3) throws(ModelError) -> [FeatureCause] {
        guard let picked = row.picking(columns.map(\.name)) else { throw .otherColumns }
        let scaled = try scale.apply(standardizer, to: picked)
        let deviations = try standardizer.transform(picked).values
        let shares =
            try model.shares(of: scaled.row(0))
            ?? ColumnShare.ranked(columns.map(\.name), deviations.map { abs($0) })
        let usual = standardizer.restored(Array(repeating: 0, count: columns.count))
        return shares.prefix(limit).filter { $0.share > 0 }.compactMap { share in
            guard let place = columns.firstIndex(where: { $0.name == share.column }) else { return nil }
            return FeatureCause(column: columns[place], value: picked.values[place], usual: usual[place])
        }
    }
}

/// A feature that makes a row what it is.
public struct FeatureCause: Sendable, Equatable {
    /// Which one.
    public var column: FeatureTable.Column
    /// Its value.
    public var value: Double
    /// What is ordinary.
    public var usual: Double
    /// A feature, its value and what is ordinary.
    public init(column: FeatureTable.Column, value: Double, usual: Double) {
        self.column = column
        self.value = value
        self.usual = usual
    }
}
