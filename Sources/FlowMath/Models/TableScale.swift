/// How the columns of a table are brought to one scale before a model sees them.
public enum TableScale: String, Sendable, Codable, CaseIterable {
    /// Mean 0 and deviation 1.
    case standard
    /// The same, of ln(1 + x): for bytes and counts.
    case log
    /// Not at all.
    case none

    /// What brings tables like this one to the scale: of `none` too, so that what is far off can be told. Throws:
    /// `.noRows`, `.notFinite`, `.badWeight`.
    public func fit(_ table: FeatureTable) throws(ModelError) -> FittedStandardizer {
        try Standardizer(scaling: self == .log ? .logarithmic : .linear).fit(table)
    }

    /// The table on the scale. Throws as `FittedStandardizer.transform`.
    public func apply(_ standardizer: FittedStandardizer, to table: FeatureTable) throws(ModelError) -> FeatureTable {
        self == .none ? table : try standardizer.transform(table)
    }
}

extension FeatureTable {
    /// A table of some of the columns, in the order of the names. Returns: nil where one is missing.
    public func picking(_ names: [String]) -> FeatureTable? {
        var places: [Int] = []
        for name in names {
            guard let place = columns.firstIndex(where: { $0.name == name }) else { return nil }
            places.append(place)
        }
        if places == Array(columns.indices) { return self }
        var picked: [Double] = []
        picked.reserveCapacity(rowCount * places.count)
        for start in stride(from: 0, to: values.count, by: max(1, columns.count)) {
            for place in places { picked.append(values[start + place]) }
        }
        return FeatureTable(columns: places.map { columns[$0] }, values: picked, weights: weights)
    }
}
