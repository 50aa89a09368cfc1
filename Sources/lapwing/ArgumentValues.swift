public import ArgumentParser
public import FlowFeatures
public import FlowMath

// Choices that options take by their names.

extension FeatureSubject: ExpressibleByArgument {}
extension PairFeatureBuilder.Fill: ExpressibleByArgument {}
extension TableScale: ExpressibleByArgument {}
extension OutlierMethod: ExpressibleByArgument {}
