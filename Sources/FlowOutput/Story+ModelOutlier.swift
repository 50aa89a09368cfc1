import FlowModel

extension Story {
    func sentence(_ outlier: Finding.ModelOutlier) -> String {
        let features = outlier.features.map { feature in
            "\(feature.name) \(Quantity.amount(feature.value, unit: feature.unit))"
                + " (usual \(Quantity.amount(feature.usual, unit: feature.unit)))"
        }
        let what = outlier.subject == "window" ? "opened most of a window that is" : "is"
        return "\(what) unlike what the model has learnt (\(outlier.method), \(outlier.subject)s in "
            + "\(Quantity.microseconds(outlier.windowSeconds * 1e6))): "
            + (features.isEmpty ? "" : features.joined(separator: ", ") + "; ")
            + "of its \(Quantity.grouped(outlier.trainedRows)) rows 1 in \(Quantity.short(outlier.oneIn)) is so unlike"
    }
}
