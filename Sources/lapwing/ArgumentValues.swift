public import ArgumentParser
public import FlowFeatures
public import FlowLearning
public import FlowMath

// Choices that options take by their names.

extension ClusterMethod: ExpressibleByArgument {}
extension FeatureSubject: ExpressibleByArgument {}
extension FeatureFill: ExpressibleByArgument {}
extension TableScale: ExpressibleByArgument {}
extension OutlierMethod: ExpressibleByArgument {}

/// Checks of what options are given, with the same words for all verbs.
enum ArgumentValues {
    /// Names with commas, each one of a catalog.
    static func list<Name: RawRepresentable & CaseIterable>(
        _ text: String, option: String
    ) throws -> [Name] where Name.RawValue == String {
        try text.split(separator: ",").map { try one(String($0), option: option) }
    }

    /// A name of a catalog.
    static func one<Name: RawRepresentable & CaseIterable>(
        _ text: String, option: String
    ) throws -> Name where Name.RawValue == String {
        guard let name = Name(rawValue: text) else {
            throw unknown(text, option: option, known: Name.allCases.map(\.rawValue))
        }
        return name
    }

    /// The error for a name that is in no catalog.
    static func unknown(_ name: String, option: String, known: [String]) -> ValidationError {
        ValidationError("\(option): no \"\(name)\"; there are \(known.joined(separator: ", ")).")
    }

    /// Holds the length of a window against its bounds.
    static func checkWindow(_ seconds: Double?) throws {
        guard let seconds, !(0.001...86_400).contains(seconds) else { return }
        throw ValidationError("--window takes seconds, from 0.001 to 86400.")
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// All names, with commas, for help.
    static var listed: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
