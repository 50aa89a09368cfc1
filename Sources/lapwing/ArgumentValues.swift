public import ArgumentParser
public import FlowFeatures
public import FlowMath

// Choices that options take by their names.

extension FeatureSubject: ExpressibleByArgument {}
extension FeatureFill: ExpressibleByArgument {}
extension TableScale: ExpressibleByArgument {}
extension OutlierMethod: ExpressibleByArgument {}
